"""Many jobs: every one gets its outcome."""

import threading

import pytest

from finsam_eval.errors import BadReport
from finsam_eval.render.run import Outcome, run_jobs


def work(job):
    if job == "bad":
        raise BadReport("x.ipynb saknas")
    if job == "odd":
        raise KeyError("19121212-1212")


@pytest.mark.parametrize("workers", [1, 3])
def test_one_failing_job_never_stops_the_others(workers):
    seen = []
    outcomes = run_jobs(["a", "bad", "odd", "b"], work, workers=workers, progress=seen.append)
    assert [outcome.job for outcome in outcomes] == ["a", "bad", "odd", "b"]
    assert [outcome.error for outcome in outcomes][:2] == [None, "x.ipynb saknas"] and outcomes[3].error is None
    assert sorted(seen, key=lambda outcome: outcome.job) == sorted(outcomes, key=lambda outcome: outcome.job)


def test_an_unexpected_error_tells_type_and_place_but_no_data():
    (outcome,) = run_jobs(["odd"], work, workers=1, progress=lambda outcome: None)
    line = work.__code__.co_firstlineno + 4
    assert outcome == Outcome("odd", f"oväntat fel: KeyError i test_render_run.py:{line}")


def test_jobs_run_at_the_same_time():
    meeting = threading.Barrier(2, timeout=20)
    outcomes = run_jobs(["a", "b"], lambda job: meeting.wait(), workers=2, progress=lambda outcome: None)
    assert [outcome.error for outcome in outcomes] == [None, None]


def test_progress_that_is_interrupted_ends_the_run():
    started = []

    def stop(outcome):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_jobs(range(100), started.append, workers=1, progress=stop)


def test_no_jobs_no_outcomes():
    assert run_jobs([], work, workers=2, progress=lambda outcome: None) == []
