import pandas as pd
import pytest

from finsam_eval import tables, wording
from finsam_eval.files import load_table, save_table
from finsam_eval.inside import look_inside
from finsam_eval.pipeline import run_steps
from finsam_eval.study import open_study
from tests.small import RAW, write_study


def inside(folder, raw=None):
    run_steps(open_study(write_study(folder, raw)), "count", lambda _: None)
    return look_inside(str(folder))


def rows(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


WORSE = "p2;D9;Ibland;1;Nej;2025-02-01;4;5;9\np2;D2;Under;2;Nej;2025-03-01;9;;\n"
BAD = {"deltagare.csv": RAW["deltagare.csv"] + WORSE}


def test_read_is_kept_and_what_the_quarantine_lists(tmp_path):
    """The first bad row is set aside whole; of the second only an answer."""
    table = inside(tmp_path, BAD).accounting().set_index("file")
    assert table.loc["deltagare.csv", ["read", "kept", "quarantined", "listed"]].tolist() == [7, 6, 1, 1]
    assert table["adds_up"].all()
    assert list(table.index) == list(RAW)
    text = wording.accounting(look_inside(str(tmp_path))).markdown
    assert text == "Kontot går ihop för 6 filer: 20 lästa rader = 19 behållna + 1 i karantän."


def test_a_row_that_was_lost_on_the_way_is_told_in_red(tmp_path):
    opened = inside(tmp_path, BAD).study
    path = opened.internal / "quarantine.csv"
    aside = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
    aside[aside["unit"] == "svar"].to_csv(path, sep=";", index=False)
    text = wording.accounting(look_inside(str(tmp_path))).markdown
    assert text.startswith('<span style="color:#b00020">**Kontot går inte ihop för deltagare\\.csv.**')


def test_how_each_file_was_read_stands_in_the_account(tmp_path):
    table = tables.account(inside(tmp_path))
    assert table.columns[-1] == "Filens form"
    assert ["deltagare.csv (rader)", "5", "5", "0", "CSV, utf-8, semikolon mellan kolumner"] in rows(table)


def test_findings_are_shown_with_a_remedy_and_the_others_are_named(tmp_path):
    found = inside(tmp_path)
    shown = rows(tables.checks(found))
    assert [row[:2] for row in shown] == [
        ["deltagarens svar utan personalens (deltagare.csv)", "1 av 4"],
        ["grupper med fler svar än inbjudna (inbjudna.csv)", "1 av 3"],
    ]
    text = wording.checks(found).markdown
    assert text.startswith("Prövat utan anmärkning: svar före deltagandets start; ")
    assert "utan personalens" not in text


@pytest.mark.parametrize(
    "number, table, text",
    [
        (0, "*Tabellerna hållna mot varandra:* allt som prövats går ihop.", "Prövat utan anmärkning: a <b\\>"),
        (1, None, "Inget av det som prövats gick helt fritt."),
    ],
)
def test_checks_with_and_without_findings(tmp_path, number, table, text):
    opened = inside(tmp_path).study
    one = load_table(opened.internal / "checks.parquet").iloc[:1].assign(check="a <b>", rows=number)
    save_table(one, opened.internal / "checks.parquet")
    found = look_inside(str(tmp_path))
    assert wording.checks(found).markdown.startswith(text.replace("<", "\\<"))
    assert tables.checks(found)._repr_mimebundle_().get("text/markdown") == table


def test_anonymous_participants_are_in_the_volumes(tmp_path):
    table = tables.taking_part(inside(tmp_path))
    assert rows(table) == [["F01 Ålvendalen", "3", "1", "2"], ["F02 Örnsköping", "1", "0", "0"]]


def test_how_many_can_be_recognised_is_counted_and_nobody_listed(tmp_path):
    found = inside(tmp_path)
    table = tables.identifiability(found)
    assert rows(table) == [
        ["Deltagare som inte är anonyma", "3"],
        ["Klasser", "3"],
        ["Personer i den minsta klassen", "1"],
        ["Personer i klasser under 5", "3"],
        ["Deras andel", "100 %"],
    ]
    assert "100\N{NO-BREAK SPACE}% av deltagarna" in wording.identifiability(found).markdown
    assert not any(person in table.html for person in ("p1", "p2", "I1", "kvinna"))


def test_where_nobody_can_be_recognised_or_nobody_takes_part(tmp_path):
    head = RAW["deltaganden.csv"].splitlines()[0] + "\n"
    five = "".join(f"D{n};p{n};I1;Kvinna;2025-01-10;;Nej;\n" for n in range(1, 6))
    found = inside(tmp_path, {"deltaganden.csv": head + five})
    assert wording.identifiability(found).markdown.startswith("Ingen deltagare delar kön")
    path = found.study.processed / "participations.parquet"
    save_table(load_table(path).assign(anonymous=True), path)
    nobody = look_inside(str(tmp_path))
    assert wording.identifiability(nobody) is None
    assert "det finns inga deltagare" in tables.identifiability(nobody)._repr_mimebundle_()["text/markdown"]


def test_answers_at_the_end_are_held_against_what_came_of_it(tmp_path):
    exits = "p1;D1;Avslut;1;Nej;2025-05-02;;;5\np2;D2;Avslut;1;Nej;2025-09-02;;;2\n"
    look = inside(tmp_path, {"deltagare.csv": RAW["deltagare.csv"] + exits})
    told = look.linkage.set_index("respondent_group").loc["deltagare"]
    assert told[["answered", "linked", "had", "had_not"]].tolist() == [2, 2, 1, 1]
    (curve,) = (found.curve for found in look.curves("K07a").values())
    assert (curve["sensitivity"] + curve["specificity"]).max() == 2  # the one with work answered higher
    assert list(look.calibrations("K07a")) == ["I arbete"]
    assert look.curves("K01b") == look.calibrations("K01b") == {}
