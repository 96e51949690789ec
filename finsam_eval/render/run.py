"""Many jobs, some at once; one that fails never stops the others."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from finsam_eval.errors import FinsamError

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Job]):
    """What became of one job: `error` is None where it was done, else what to tell the user."""

    job: Job
    error: str | None


def run_jobs(
    jobs: Iterable[Job], work: Callable[[Job], object], *, workers: int, progress: Callable[[Outcome[Job]], object]
) -> list[Outcome[Job]]:
    """Do `work` on every job, `workers` at once, and return the outcomes in the order of the jobs.

    `progress` is called in this thread with each outcome as it comes. Threads suffice: a notebook runs in a
    process of its own, and pandoc and typst work outside the interpreter.
    """
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_outcome, job, work) for job in jobs]
        try:
            for done in as_completed(running):
                progress(done.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [done.result() for done in running]


def _outcome(job: Job, work: Callable[[Job], object]) -> Outcome[Job]:
    try:
        work(job)
    except FinsamError as error:
        return Outcome(job, str(error))
    except Exception as error:
        return Outcome(job, _place(error))
    return Outcome(job, None)


def _place(error: Exception) -> str:
    """Return an unexpected error's type and place; its message may quote data and is left out."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"oväntat fel: {type(error).__name__} i {Path(frame.filename).name}:{frame.lineno}"
