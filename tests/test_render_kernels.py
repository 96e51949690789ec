"""Kernels: of this interpreter, several at once, none left behind. Forking is Linux' own; the rest holds anywhere."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from finsam_eval.render import kernels
from finsam_eval.render.execute import execute


def notebook(path, *code):
    nbformat.write(new_notebook(cells=[new_code_cell(line) for line in code]), path)
    return path


def last_value(path):
    return nbformat.read(path, as_version=4).cells[-1].outputs[0].data["text/plain"]


def test_several_at_once_keep_apart_and_leave_no_process(tmp_path):
    path = tmp_path / "a.ipynb"
    tagged = new_code_cell("number = None", metadata={"tags": ["parameters"]})
    cells = [tagged, *map(new_code_cell, ["import os, time", "time.sleep(0.2)", "(number, os.getpid())"])]
    nbformat.write(new_notebook(cells=cells), path)
    outs = [tmp_path / f"{number}.ipynb" for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda number: execute(path, {"number": number}, outs[number]), range(6)))
    seen = [eval(last_value(out)) for out in outs]
    assert [number for number, _ in seen] == list(range(6))
    processes = {pid for _, pid in seen}
    assert len(processes) == 6
    assert not any(kernels._alive(pid) for pid in processes)


def test_the_interpreter_is_ours_whatever_kernelspec_is_installed(tmp_path, monkeypatch):
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    execute(notebook(tmp_path / "a.ipynb", "import sys\nsys.executable"), {}, tmp_path / "out.ipynb")
    assert last_value(tmp_path / "out.ipynb") == repr(sys.executable)


def test_a_kernel_sees_the_environment_and_folder_of_its_start(tmp_path, monkeypatch):
    monkeypatch.setenv("FINSAM_TEST", "now")
    monkeypatch.chdir(tmp_path)
    code = "import os\nos.environ['FINSAM_TEST'] + os.getcwd()"
    execute(notebook(tmp_path / "a.ipynb", code), {}, tmp_path / "out.ipynb")
    assert last_value(tmp_path / "out.ipynb") == repr(f"now{tmp_path}")


def test_kernels_do_not_share_random_numbers(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "import numpy, random\n(numpy.random.random(), random.random())")
    values = []
    for name in ("one.ipynb", "two.ipynb"):
        execute(path, {}, tmp_path / name)
        values.append(eval(last_value(tmp_path / name)))
    assert values[0][0] != values[1][0] and values[0][1] != values[1][1]


def test_the_stack_is_there_before_the_notebook_asks(tmp_path):
    code = "import sys\nsorted({'pandas', 'matplotlib.pyplot', 'pyarrow'} & set(sys.modules))"
    execute(notebook(tmp_path / "a.ipynb", code), {}, tmp_path / "out.ipynb")
    assert last_value(tmp_path / "out.ipynb") == repr(["matplotlib.pyplot", "pandas", "pyarrow"])


def test_a_kernel_ends_when_the_process_it_came_from_is_killed(tmp_path):
    forker, address = kernels._Forker(), tmp_path / "kernel.json"
    kernel = forker.fork(["-f", str(address), "--log-level=CRITICAL"], str(tmp_path), dict(os.environ))
    _wait_until(address.exists)
    forker._server.kill()
    _wait_until(lambda: not kernels._alive(kernel))
    assert not kernels._alive(kernel)
    forker.close()


def _wait_until(true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
