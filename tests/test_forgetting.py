import copy
import io

import openpyxl
import pytest
from click.testing import CliRunner

from finsam_eval.cli import main
from finsam_eval.errors import BadInput
from finsam_eval.forgetting import forget
from finsam_eval.ingest import ingest
from finsam_eval.ingest.text_file import read_text, without
from finsam_eval.pipeline import run_steps
from finsam_eval.study import open_study
from tests.rights import has
from tests.small import RAW, SETTINGS, write_study


def study(folder, raw=None, **settings):
    return open_study(write_study(folder, raw, **settings))


def raw(opened, name):
    return (opened.raw / name).read_bytes().decode("utf-8")


def lines(name, *gone):
    return "".join(line for line in RAW[name].splitlines(keepends=True) if not line.startswith(gone))


def test_a_participant_goes_with_what_staff_have_answered_about_them_and_nothing_else(tmp_path):
    opened = study(tmp_path)
    told = forget(opened, "p1")
    assert told.rows == {"deltagare.csv": 3, "personal.csv": 1, "deltaganden.csv": 1}
    assert raw(opened, "deltagare.csv") == lines("deltagare.csv", "p1;")
    assert raw(opened, "personal.csv") == lines("personal.csv", "s1;D1")
    assert raw(opened, "deltaganden.csv") == lines("deltaganden.csv", "D1")
    untouched = set(RAW) - set(told.rows)
    assert {name: raw(opened, name) for name in untouched} == {name: RAW[name] for name in untouched}
    left = ingest(opened)
    assert not {"p1"} & {*left.responses["respondent"], *left.responses["about"], *left.participations["respondent"]}


def test_a_staff_member_goes_with_their_own_answers_only(tmp_path):
    opened = study(tmp_path, {"personal.csv": RAW["personal.csv"] + "s2;D1;Under;2025-02-03;5\n"})
    assert forget(opened, "s1").rows == {"personal.csv": 2}
    assert raw(opened, "personal.csv").splitlines()[1:] == ["s2;D1;Under;2025-02-03;5"]
    assert raw(opened, "deltagare.csv") == RAW["deltagare.csv"]


def test_a_participation_without_an_id_takes_nobody_elses_answers_along(tmp_path):
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["responses"] = [
        {
            "file": "webb.csv",
            "respondent_group": "deltagare",
            "occasion": "under",
            "period": "2025H1",
            "columns": {"respondent": "person", "insats": "insats"},
        },
        sources["responses"][1],
    ]
    extra = {
        "webb.csv": "person;insats;K01a\np1;I1;4\np2;I1;5\np3;I3;2\n",
        "deltaganden.csv": RAW["deltaganden.csv"] + ";p1;I1;Kvinna;2025-01-10;;Nej;\n",
        "personal.csv": RAW["personal.csv"] + "s1;;Under;2025-02-02;5\n",
    }
    opened = study(tmp_path, extra, sources=sources)
    assert forget(opened, "p1").rows == {"webb.csv": 1, "personal.csv": 1, "deltaganden.csv": 2}
    assert raw(opened, "webb.csv") == "person;insats;K01a\np2;I1;5\np3;I3;2\n"
    assert raw(opened, "personal.csv") == lines("personal.csv", "s1;D1") + "s1;;Under;2025-02-02;5\n"


@pytest.mark.parametrize(
    "file, row, number",
    [
        ("deltaganden.csv", "D1;p2;I1;Man;2025-01-10;;Nej;", 6),
        ("deltaganden.csv", "D1;;I1;Man;2025-01-10;;Ja;", 6),
        ("deltagare.csv", "p2;D1;Under;1;Nej;2025-02-01;4;5;1", 7),
    ],
)
def test_a_participation_of_two_persons_stops_everything(tmp_path, file, row, number):
    opened = study(tmp_path, {file: RAW[file] + row + "\n"})
    before = {path.name: path.read_bytes() for path in opened.raw.iterdir()}
    with pytest.raises(BadInput, match=f"{file}, row {number}: a participation of the person to be forgotten") as told:
        forget(opened, "p1")
    assert not {"p1", "p2", "D1"} & set(str(told.value).split())
    assert {path.name: path.read_bytes() for path in opened.raw.iterdir()} == before


def test_nothing_made_of_persons_is_left_and_what_must_be_made_anew_is_told(tmp_path):
    opened = study(tmp_path)
    run_steps(opened, "count", lambda _: None)
    (opened.processed / "README.md").write_text("kvar", encoding="utf-8")
    (opened.processed / "released" / "publik").mkdir(parents=True)
    (opened.internal / "executed").mkdir()
    (opened.processed / "receipts" / "report" / "publik" / "forbund").mkdir(parents=True)
    receipt = opened.processed / "receipts" / "report" / "publik" / "forbund" / "F01.json"
    receipt.write_text('{"read": {}, "wrote": {}, "told": {}}', encoding="utf-8")
    told = forget(opened, " p1 ")
    assert sorted(path.name for path in opened.processed.iterdir()) == ["README.md", "released"]
    assert (told.releases, told.reports) == (["publik"], ["publik/forbund/F01"])
    assert "no longer the same): release publik, 1 reports in reports/publik/forbund." in str(told)
    assert "Tell the data owner" in str(told)
    assert "p1" not in str(told)


def test_files_that_nobody_has_said_what_they_are_are_named(tmp_path):
    opened = study(tmp_path, {"gammal.csv": "p1;4\n", "pseudonymer_a.yaml": "key_fingerprint: x\n", "README.md": "r"})
    told = forget(opened, "p1")
    assert told.unsearched == ["gammal.csv"]
    assert "Not searched, since study.yaml does not name them: gammal.csv." in str(told)
    assert "Not searched" not in str(forget(study(tmp_path / "clean"), "p1"))


def test_an_unknown_pseudonym_is_not_repeated_and_nothing_is_touched(tmp_path):
    opened = study(tmp_path)
    run_steps(opened, "ingest", lambda _: None)
    result = CliRunner().invoke(main, ["forget", "p777", "--study", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "no row in data/raw has that pseudonym" in result.output
    assert "p777" not in result.output
    assert raw(opened, "deltagare.csv") == RAW["deltagare.csv"]
    assert (opened.processed / "responses.parquet").exists()


@pytest.mark.parametrize("nobody", ["", " ", "D1", "I1"])
def test_what_is_no_person_is_not_forgotten(tmp_path, nobody):
    """D4 is anonymous: the empty pseudonym is nobody's."""
    with pytest.raises(BadInput, match="no row in data/raw has that pseudonym"):
        forget(study(tmp_path), nobody)


def test_the_command_says_what_it_removed(tmp_path):
    write_study(tmp_path)
    result = CliRunner().invoke(main, ["forget", "p3", "--study", str(tmp_path)])
    assert result.exit_code == 0
    assert result.output.startswith("Removed 1 from deltagare.csv, 1 from deltaganden.csv")
    assert "p3" not in result.output


def test_rows_in_an_excel_file_are_named_and_nothing_is_removed_before_they_are_gone(tmp_path):
    sources = copy.deepcopy(SETTINGS["sources"])
    sources["responses"][1]["file"] = "personal.xlsx"
    opened = study(tmp_path, sources=sources)
    (opened.raw / "personal.csv").unlink()
    rows = [line.split(";") for line in RAW["personal.csv"].splitlines()]
    save(opened.raw / "personal.xlsx", rows)
    with pytest.raises(BadInput, match=r"nothing is removed yet: personal.xlsx, row 2 must be deleted"):
        forget(opened, "p1")
    assert raw(opened, "deltaganden.csv") == RAW["deltaganden.csv"]
    save(opened.raw / "personal.xlsx", [rows[0], rows[2]])
    assert forget(opened, "p1").rows == {"deltagare.csv": 3, "deltaganden.csv": 1}


def save(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())


def test_a_file_that_cannot_be_searched_stops_everything(tmp_path):
    opened = study(tmp_path, {"personal.csv": RAW["personal.csv"].replace("person;", "namn;")})
    with pytest.raises(BadInput, match=r"personal.csv, row 1: column person was expected; nothing is removed"):
        forget(opened, "p1")
    assert raw(opened, "deltagare.csv") == RAW["deltagare.csv"]


def test_a_removal_that_was_interrupted_is_finished_by_the_next(tmp_path, monkeypatch):
    """The participations go last, so that the answers about the person are still found."""
    from finsam_eval import forgetting

    opened, whole, done = study(tmp_path), forgetting._rewrite, []

    def stopped(path, gone):
        if done:
            raise KeyboardInterrupt
        done.append(path)
        whole(path, gone)

    monkeypatch.setattr(forgetting, "_rewrite", stopped)
    with pytest.raises(KeyboardInterrupt):
        forget(opened, "p1")
    monkeypatch.setattr(forgetting, "_rewrite", whole)
    assert forget(opened, "p1").rows == {"personal.csv": 1, "deltaganden.csv": 1}
    assert raw(opened, "personal.csv") == lines("personal.csv", "s1;D1")


TEXT = 'sep=;\r\nid;svar\r\np1;"rad 1\r\nrad 2"\r\n\r\np2; å \r\np3;"a;b"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    "person, left",
    [
        ("p1", 'sep=;\r\nid;svar\r\n\r\np2; å \r\np3;"a;b"\r\n'),
        ("p2", 'sep=;\r\nid;svar\r\np1;"rad 1\r\nrad 2"\r\n\r\np3;"a;b"\r\n'),
        ("p3", 'sep=;\r\nid;svar\r\np1;"rad 1\r\nrad 2"\r\n\r\np2; å \r\n'),
    ],
)
def test_every_other_byte_of_a_file_stays(encoding, person, left):
    content = TEXT.encode(encoding)
    read = read_text("fil.csv", content, heading_rows=1)
    gone = {number for number, row in zip(read.numbers, read.rows, strict=True) if row[0] == person}
    result = without("fil.csv", content, gone)
    again = read_text("fil.csv", result, heading_rows=1)
    assert again.rows == [row for row in read.rows if row[0] != person]
    assert len(again.rows) == 2
    assert result == left.encode(encoding)
    assert without("fil.csv", content, set()) == content


def test_forgetting_everybody_but_one_leaves_a_study_that_can_be_read(tmp_path):
    opened = study(tmp_path)
    for person in ("p2", "s1", "p3"):
        forget(opened, person)
    assert ingest(opened).responses["respondent"].unique().tolist() == ["p1"]
    assert forget(opened, "p1").rows == {"deltagare.csv": 3, "deltaganden.csv": 1}
    assert raw(opened, "deltagare.csv").count("\n") == raw(opened, "personal.csv").count("\n") == 1
    assert ingest(opened).responses.empty


def test_a_raw_file_keeps_its_rights(tmp_path):
    opened = study(tmp_path)
    (opened.raw / "deltagare.csv").chmod(0o600)
    (opened.raw / "personal.csv").chmod(0o640)
    forget(opened, "p1")
    assert has(opened.raw / "deltagare.csv", 0o600)
    assert has(opened.raw / "personal.csv", 0o640)
