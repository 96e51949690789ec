"""Any bytes at all: ingest ends in a table or in one sentence, and writes nowhere else."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import KINDS, make_study, next_file, outcome, whole_file
from finsam_eval.errors import BadInput
from finsam_eval.ingest.delivered import deliver
from finsam_eval.study import open_study

ORIGINALS = {kind: whole_file(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_files_are_read(tmp_path, kind):
    assert outcome(open_study(make_study(tmp_path) / kind[1:]), kind, ORIGINALS[kind]) == "table"


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32))
def test_damaged_files_end_in_a_refusal_or_a_table(tmp_path_factory, seed):
    kind, content = next_file(ORIGINALS, random.Random(seed))
    ends_well(tmp_path_factory.getbasetemp() / f"damaged{kind}", content)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), st.binary(max_size=300))
@example(".csv", b"\xff\xfe\x00")
@example(".sav", b"$FL2@(#)" + bytes(300))
@example(".xlsx", b"PK\x05\x06" + bytes(18))
def test_noise_ends_in_a_refusal_or_a_table(tmp_path_factory, kind, content):
    ends_well(tmp_path_factory.getbasetemp() / f"noise{kind}", content)


def ends_well(path, content):
    path.write_bytes(content)
    before = sorted(path.parent.iterdir())
    try:
        got = deliver(path)
    except BadInput as refusal:
        assert path.name in str(refusal)
        assert "\n" not in str(refusal)
    else:
        assert {len(row) for row in got.rows} <= {len(got.heading)}
        assert len(got.numbers) == len(got.rows)
    assert (sorted(path.parent.iterdir()), path.read_bytes()) == (before, content)
