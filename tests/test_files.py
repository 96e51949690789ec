import os
from pathlib import Path

import pandas as pd
import pytest

from finsam_eval.files import begins_as_formula, save_table, without_formulas, write_atomically
from tests.rights import has

FRAME = pd.DataFrame({"a": ["x"]})


def write(path: Path, text: str, *, private: bool = False) -> Path:
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"), private=private)
    return path


@pytest.fixture
def mask():
    """Set the umask; it is put back after the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def test_a_new_file_has_the_rights_the_umask_gives_and_a_private_one_is_its_owners(tmp_path, mask):
    for number, (told, expected) in enumerate([(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0o002, 0o664)]):
        mask(told)
        assert has(write(tmp_path / f"a{number}", "x"), expected)
        assert has(write(tmp_path / f"b{number}", "x", private=True), 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{kind}{n}" for kind in "ab" for n in range(4))


def test_a_file_that_is_replaced_keeps_its_rights_and_a_private_one_is_not_for_everybody(tmp_path, mask):
    path = tmp_path / "a"
    write(path, "x")
    for own in (0o600, 0o640, 0o664, 0o444):
        path.chmod(own)
        assert has(write(path, "y"), own)
    path.chmod(0o664)
    assert has(write(path, "z", private=True), 0o660)
    assert path.read_text(encoding="utf-8") == "z"


def test_nobody_else_can_read_a_private_file_while_it_is_written(tmp_path, mask):
    seen = []

    def note(temporary: Path) -> None:
        seen.append(has(temporary, 0o600))
        temporary.write_text("x", encoding="utf-8")

    write_atomically(tmp_path / "new", note, private=True)
    (tmp_path / "new").chmod(0o644)
    write_atomically(tmp_path / "new", note)
    assert seen == [True, True]


def test_tables_may_be_private(tmp_path, mask):
    save_table(FRAME, tmp_path / "open.parquet")
    save_table(FRAME, tmp_path / "own.parquet", private=True)
    assert has(tmp_path / "open.parquet", 0o644)
    assert has(tmp_path / "own.parquet", 0o600)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+2", "-1-2", "+46 70 123", "\tx", "\rx", "=1"])
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(text):
    assert begins_as_formula(text)
    assert without_formulas(pd.DataFrame({"a": [text, "x"]}))["a"].tolist() == [f"'{text}", "x"]


def test_numbers_and_empty_frames_are_left_as_they_are():
    frame = pd.DataFrame({"a": ["-1", "+2,5", "3", "", "a=b"], "b": [-1.0, 2.0, None, 4.0, 5.0]})
    pd.testing.assert_frame_equal(without_formulas(frame), frame)
    mixed = pd.DataFrame({"v": [pd.Timestamp("2025-01-01"), "=x"]}, dtype=object)
    assert without_formulas(mixed)["v"].tolist() == [pd.Timestamp("2025-01-01"), "'=x"]
    pd.testing.assert_frame_equal(without_formulas(frame.iloc[:0]), frame.iloc[:0])
