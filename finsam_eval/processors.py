"""Independent pieces of work on every processor, with the results in the order of the pieces."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

Piece = TypeVar("Piece", contravariant=True)
Made = TypeVar("Made", covariant=True)


class Each(Protocol):
    """What does one thing to every piece: Python's own `map`, or that of several processes."""

    def __call__(self, function: Callable[[Piece], Made], pieces: Iterable[Piece], /) -> Iterable[Made]:
        """Return what `function` makes of each piece, in their order."""


@contextmanager
def every_processor() -> Iterator[Each]:
    """Yield a `map` over as many processes as there are processors; where there is one, that of Python.

    What is done must be a function of a module, and the pieces such as can be pickled. An error in a piece is raised
    where its result is asked for. The processes are fresh interpreters, which every system can start beside threads,
    and end with this one, however it ends. Each should keep to one thread (OPENBLAS_NUM_THREADS=1, as the commands set
    it): else they spend their time waiting for each other.
    """
    processors = os.cpu_count() or 1
    if processors == 1:
        yield map
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors, mp_context=fresh, initializer=_end_with_parent) as pool:
        try:
            yield pool.map
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever: its brothers hold the queue open."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
