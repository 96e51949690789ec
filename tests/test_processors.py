import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from finsam_eval.errors import WrongShape
from finsam_eval.processors import every_processor


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def refused(number: int) -> int:
    if number == 3:
        raise WrongShape("expected another number")
    return number


def test_results_come_in_the_order_of_the_pieces_from_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with every_processor() as each:
        made = list(each(doubled, range(20)))
    assert [value for value, _ in made] == [2 * number for number in range(20)]
    assert os.getpid() not in {process for _, process in made}


def test_one_processor_needs_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with every_processor() as each:
        assert list(each(doubled, [1])) == [(2, os.getpid())]


def test_an_error_in_one_piece_comes_out_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(WrongShape, match="another number"), every_processor() as each:
        list(each(refused, range(9)))


CALLER = """
import os, time
os.cpu_count = lambda: 2
from finsam_eval.processors import every_processor

def id_of(_):
    time.sleep(0.2)
    return os.getpid()

if __name__ == "__main__":
    with every_processor() as each:
        print(*each(id_of, range(2)), flush=True)
        time.sleep(60)
"""


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "caller.py"
    script.write_text(CALLER)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        started = [int(one) for one in caller.stdout.readline().split()]
        assert started and all(map(psutil.pid_exists, started))
        caller.kill()
    end = time.monotonic() + 20
    while any(map(psutil.pid_exists, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(psutil.pid_exists, started))
