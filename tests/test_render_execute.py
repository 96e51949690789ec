"""Notebooks with parameters: strict names and types, all or nothing, the same bytes twice."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from finsam_eval.errors import BadReport
from finsam_eval.render import kernels
from finsam_eval.render.execute import check_parameters, execute, parameters_of

PARAMETERS = 'forbund = None\nyear: int = 2024\nlevel = 0.95\nprofile = "publik"\ninternal = False\nsets = ["a"]'


def notebook(path, *code, parameters=PARAMETERS):
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Rapport"), tagged, *map(new_code_cell, code)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x"}}), path)
    return path


def shown(path):
    return [
        output.get("data", {}).get("text/plain") or output.get("text")
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
    ]


def test_parameters_are_read_with_their_defaults(tmp_path):
    assert parameters_of(notebook(tmp_path / "a.ipynb")) == {
        "forbund": None, "year": 2024, "level": 0.95, "profile": "publik", "internal": False, "sets": ["a"],
    }  # fmt: skip


def test_a_notebook_without_the_cell_has_no_parameters(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("a = 1")]), tmp_path / "a.ipynb")
    assert parameters_of(tmp_path / "a.ipynb") == {}


@pytest.mark.parametrize(
    "source",
    [
        "a = 1 + b",
        "a = f()",
        "import os",
        "a, b = 1, 2",
        "a = b = 1",
        "x.y = 1",
        "a: int",
        "a += 1",
        "%magic",
        "f'{a}'",
    ],
)
def test_only_literals_are_taken(tmp_path, source):
    with pytest.raises(BadReport, match="literal values"):
        parameters_of(notebook(tmp_path / "a.ipynb", parameters=source))


def test_two_tagged_cells_are_refused(tmp_path):
    tagged = [new_code_cell("a = 1", metadata={"tags": ["parameters"]}) for _ in range(2)]
    nbformat.write(new_notebook(cells=tagged), tmp_path / "a.ipynb")
    with pytest.raises(BadReport, match="found 2"):
        parameters_of(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    "parameters, told",
    [
        ({"forbund": "x", "yaer": 2024}, "a.ipynb has no parameter 'yaer'; did you mean 'year'?"),
        ({"forbund": "x", "qqq": 1}, "has no parameter 'qqq'; it has forbund, year"),
        ({}, "needs a value of parameter 'forbund'"),
        ({"forbund": None}, "needs a value of parameter 'forbund'"),
        ({"forbund": "x", "year": "2024"}, "parameter 'year' must be int, got str"),
        ({"forbund": "x", "year": True}, "parameter 'year' must be int, got bool"),
        ({"forbund": "x", "year": 2024.0}, "parameter 'year' must be int, got float"),
        ({"forbund": "x", "internal": 1}, "parameter 'internal' must be bool, got int"),
        ({"forbund": "x", "level": "0.9"}, "parameter 'level' must be int or float, got str"),
        ({"forbund": "x", "profile": None}, "parameter 'profile' must be str, got None"),
        ({"forbund": object()}, "parameter 'forbund' must be bool or int"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(tmp_path, parameters, told):
    with pytest.raises(BadReport) as caught:
        check_parameters(notebook(tmp_path / "a.ipynb"), parameters)
    assert told in str(caught.value)


def test_an_int_is_taken_for_a_float(tmp_path):
    assert check_parameters(notebook(tmp_path / "a.ipynb"), {"forbund": "x", "level": 1}) is None


def test_a_misspelt_parameter_stops_before_anything_runs(tmp_path):
    trace = tmp_path / "ran"
    path = notebook(tmp_path / "a.ipynb", f"open({str(trace)!r}, 'w').close()")
    with pytest.raises(BadReport):
        execute(path, {"forbund": "x", "yaer": 1}, tmp_path / "out.ipynb")
    assert not trace.exists() and not (tmp_path / "out.ipynb").exists()


def test_parameters_reach_the_notebook_whatever_they_hold(tmp_path):
    hostile = "\"'); raise SystemExit #\\ {x} å\n\u2028"
    path = notebook(tmp_path / "{a}.ipynb", "assert forbund == " + ascii(hostile), "year, level, internal")
    execute(path, {"forbund": hostile, "year": 2020, "level": 1}, tmp_path / "out.ipynb")
    assert shown(tmp_path / "out.ipynb") == ["(2020, 1, False)"]


def test_two_runs_give_the_same_bytes_without_times_or_paths(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "import sys\nprint('a'); print('b', file=sys.stderr); print('c')", "2 + 2")
    made = []
    for name in ("one", "two"):
        execute(path, {"forbund": "x"}, tmp_path / name / "out.ipynb")
        made.append((tmp_path / name / "out.ipynb").read_bytes())
    assert made[0] == made[1]
    assert b"papermill" not in made[0] and str(tmp_path).encode() not in made[0]
    node = json.loads(made[0])
    assert [cell["id"] for cell in node["cells"]] == [f"cell-{i}" for i in range(1, 6)]
    assert set(node["metadata"]) == {"kernelspec"}


def test_plain_text_gives_way_to_a_better_form(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "from IPython.display import Markdown\nMarkdown('**x**')")
    execute(path, {"forbund": "x"}, tmp_path / "out.ipynb")
    output = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[0]
    assert output.data == {"text/markdown": "**x**"}


@pytest.mark.parametrize(
    "code, told, hidden",
    [
        ("x = 1\nint('19121212-1212')", "a.ipynb, cell 4, line 2: ValueError", "19121212"),
        ("undefined_name", "NameError: name 'undefined_name' is not defined", "JupyterLab"),
        ("from finsam_eval.errors import BadInput\nraise BadInput('fel fil')", "BadInput: fel fil", "JupyterLab"),
        ("raise SystemExit(3)", "SystemExit", "Traceback"),
    ],
)
def test_a_failing_notebook_leaves_nothing_and_quotes_no_data(tmp_path, code, told, hidden):
    out = tmp_path / "out" / "x.ipynb"
    out.parent.mkdir()
    with pytest.raises(BadReport) as caught:
        execute(notebook(tmp_path / "a.ipynb", code), {"forbund": "x"}, out)
    assert told in str(caught.value) and hidden not in str(caught.value)
    assert list(out.parent.iterdir()) == []


def test_a_failing_run_keeps_the_copy_of_an_earlier_one(tmp_path):
    path, out = notebook(tmp_path / "a.ipynb", "assert year == 2024"), tmp_path / "out.ipynb"
    execute(path, {"forbund": "x"}, out)
    before = out.read_bytes()
    with pytest.raises(BadReport, match="AssertionError"):
        execute(path, {"forbund": "x", "year": 1999}, out)
    assert out.read_bytes() == before


@pytest.mark.parametrize("content, told", [(None, "is missing"), ("not json", "not a Jupyter notebook")])
def test_a_file_that_is_no_notebook_is_named(tmp_path, content, told):
    path = tmp_path / "a.ipynb"
    if content:
        path.write_text(content)
    with pytest.raises(BadReport, match=told):
        parameters_of(path)


def test_nothing_is_printed(tmp_path, capfd):
    path = notebook(tmp_path / "a.ipynb", "print('x')")
    execute(path, {"forbund": "x"}, tmp_path / "out.ipynb")
    assert capfd.readouterr() == ("", "")


def test_an_ordinary_kernel_gives_the_same_bytes(tmp_path, monkeypatch, capfd):
    path = notebook(tmp_path / "a.ipynb", "import sys\nprint(forbund)", "year + 1")
    execute(path, {"forbund": "x"}, tmp_path / "forked.ipynb")
    monkeypatch.setattr(kernels, "MANAGER", kernels.KernelManager)
    execute(path, {"forbund": "x"}, tmp_path / "ordinary.ipynb")
    assert (tmp_path / "forked.ipynb").read_bytes() == (tmp_path / "ordinary.ipynb").read_bytes()
    assert capfd.readouterr() == ("", "")


LITERALS = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.lists(st.integers())
)


@settings(max_examples=30, deadline=None)
@given(default=LITERALS, value=LITERALS)
def test_a_value_fits_when_its_type_is_the_defaults(tmp_path_factory, default, value):
    path = notebook(tmp_path_factory.mktemp("n") / "a.ipynb", parameters=f"x = {default!r}")
    fits = type(value) is type(default) or (type(default) is float and type(value) is int)
    if fits:
        check_parameters(path, {"x": value})
    else:
        with pytest.raises(BadReport, match="parameter 'x' must be"):
            check_parameters(path, {"x": value})
