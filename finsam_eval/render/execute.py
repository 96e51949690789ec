"""A notebook with parameters → the executed notebook: strict names and types, all or nothing, the same bytes twice."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from finsam_eval import errors
from finsam_eval.errors import BadReport
from finsam_eval.files import write_atomically
from finsam_eval.render import kernels

PARAMETERS = "parameters"
"""The tag of the cell whose assignments are a notebook's parameters."""

PLAIN = (bool, int, float, str, list, tuple, dict)
OPTIONS = {
    "kernel_name": "python3",
    "language": "python",
    "progress_bar": False,
    "record_timing": False,
    "coalesce_streams": True,
    "shutdown_kernel": "immediate",
    "extra_arguments": ["--matplotlib=inline"],
}
HARMLESS = {"NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError"}
"""Errors whose message can only name code; the message of any other may quote data."""


def parameters_of(notebook: Path) -> dict[str, Any]:
    """Return the names and default values in the cell tagged `parameters`; none where there is no such cell.

    Raises
    ------
    BadReport
        When the cell holds anything but assignments of literal values.
    """
    cells = [cell for cell in _read(notebook).cells if PARAMETERS in cell.metadata.get("tags", [])]
    if len(cells) > 1:
        raise BadReport(f"{notebook.name}: expected one cell tagged {PARAMETERS}, found {len(cells)}")
    try:
        statements = ast.parse(cells[0].source).body if cells else []
        return dict(_assigned(statement) for statement in statements)
    except (SyntaxError, ValueError):
        raise BadReport(
            f"{notebook.name}: the cell tagged {PARAMETERS} may only assign literal values, one name a line "
            '(forbund = "x"); move everything else to a cell below it'
        ) from None


def _assigned(statement: ast.stmt) -> tuple[str, Any]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    value = getattr(statement, "value", None)
    match targets:
        case [ast.Name(id=name)] if value is not None and not isinstance(statement, ast.AugAssign):
            return name, ast.literal_eval(value)
    raise ValueError


def check_parameters(notebook: Path, given: dict[str, Any]) -> None:
    """Refuse parameters that the notebook does not declare, lacks, or declares with another type.

    A default of None means that a value must be given, of any plain type. An int is taken where a float is
    declared.

    Raises
    ------
    BadReport
        In one sentence naming the notebook, the parameter and, for an unknown one, the closest known name.
    """
    declared = parameters_of(notebook)
    for name, value in given.items():
        if name not in declared:
            raise BadReport(f"{notebook.name} has no parameter {name!r}; {_suggestion(name, list(declared))}")
        _check_type(notebook, name, declared[name], value)
    for name, value in declared.items():
        if value is None and given.get(name) is None:
            raise BadReport(f"{notebook.name} needs a value of parameter {name!r}; none was given")


def _suggestion(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"it has {', '.join(known)}" if known else "it has none"


def _check_type(notebook: Path, name: str, declared: Any, value: Any) -> None:
    allowed: tuple[type, ...] = PLAIN if declared is None else (type(declared),)
    if isinstance(declared, float):
        allowed = (int, float)
    if value is not None and type(value) not in allowed:
        expected = " or ".join(kind.__name__ for kind in allowed)
        raise BadReport(f"{notebook.name}: parameter {name!r} must be {expected}, got {type(value).__name__}")
    if value is None and declared is not None:
        raise BadReport(f"{notebook.name}: parameter {name!r} must be {type(declared).__name__}, got None")


def execute(notebook: Path, parameters: dict[str, Any], out: Path) -> None:
    """Run `notebook` with `parameters` in a kernel of its own and write the executed copy as `out`.

    What depends on the machine or the hour is left out, so two runs of the same code on the same data give the
    same bytes. Nothing is written unless every cell ran.

    Raises
    ------
    BadReport
        When the parameters do not fit, or a cell fails: with the cell's number, and the error's type and message.
        The message of an error that may quote data is left out.
    """
    check_parameters(notebook, parameters)
    try:
        with _event_loop():
            done = papermill.execute_notebook(
                _read(notebook), None, parameters, kernel_manager_class=kernels.MANAGER, **OPTIONS
            )
    except PapermillExecutionError as error:
        raise BadReport(_what_failed(notebook, error)) from None
    text = nbformat.writes(_without_circumstances(done)) + "\n"
    write_atomically(out, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


@contextmanager
def _event_loop() -> Iterator[None]:
    """Close the event loop that Jupyter opens for this thread; inside Jupyter one runs already and is left alone."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        if not loop.is_running():
            loop.close()


def _read(notebook: Path) -> NotebookNode:
    try:
        return nbformat.read(notebook, as_version=4)
    except FileNotFoundError:
        raise BadReport(f"{notebook.name} is missing in {notebook.parent.name}/; correct the name") from None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError):
        raise BadReport(f"{notebook.name} is not a Jupyter notebook; open and save it in JupyterLab") from None


def _what_failed(notebook: Path, error: PapermillExecutionError) -> str:
    own = vars(errors).get(error.ename)
    shown = error.ename in HARMLESS or (isinstance(own, type) and issubclass(own, errors.FinsamError))
    lines = re.findall(r"line (\d+)|-> +(\d+)", re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback)))
    place = f", line {next(filter(None, lines[0]))}" if lines else ""
    advice = "its message may quote data; run the notebook in JupyterLab to see it"
    return f"{notebook.name}, cell {error.cell_index + 1}{place}: {error.ename}: {error.evalue if shown else advice}"


def _without_circumstances(node: NotebookNode) -> NotebookNode:
    """Return an executed notebook without times, paths, versions and random ids."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [
        NotebookNode(
            cell,
            id=f"cell-{number}",
            metadata={name: value for name, value in cell.metadata.items() if name in ("tags", "slideshow")},
            **({"outputs": [_richest(output) for output in cell.outputs]} if "outputs" in cell else {}),
        )
        for number, cell in enumerate(node.cells, start=1)
    ]
    return nbformat.from_dict({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def _richest(output: NotebookNode) -> NotebookNode:
    """Return an output without its plain text where it has a better form: plain text often tells an address."""
    data = output.get("data", {})
    if len(data) < 2:
        return output
    return NotebookNode(output, data={kind: value for kind, value in data.items() if kind != "text/plain"})
