from datetime import date

import pytest

from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.files import load_table, write_atomically
from finsam_eval.study import open_study
from tests.small import SETTINGS, write_study


def test_periods_are_unions_of_the_atoms_between_all_cut_dates(tmp_path):
    periods = [
        *SETTINGS["periods"],
        {"id": "janaug", "label": "jan–aug", "kind": "jan_aug", "start": date(2025, 1, 1), "end": date(2025, 8, 31)},
    ]
    study = open_study(write_study(tmp_path, periods=periods))
    assert [a.id for a in study.atoms] == ["2025H1", "20250701-20250831", "20250901-20251231"]
    assert study.periods == {
        "halvar": {"2025H1": ["2025H1"], "2025H2": ["20250701-20250831", "20250901-20251231"]},
        "jan_aug": {"janaug": ["2025H1", "20250701-20250831"]},
        "ar": {"2025": ["2025H1", "20250701-20250831", "20250901-20251231"]},
    }


def test_time_that_no_period_reports_is_no_atom(tmp_path):
    study = open_study(
        write_study(
            tmp_path,
            periods=[
                SETTINGS["periods"][0],
                {"id": "h26", "label": "x", "kind": "halvar", "start": date(2026, 1, 1), "end": date(2026, 6, 30)},
            ],
            report_period="h26",
        )
    )
    assert [a.id for a in study.atoms] == ["2025H1", "h26"]


def test_response_and_outcomes_are_items_of_the_codebook(tmp_path):
    book = open_study(write_study(tmp_path)).codebook
    assert book.item("svarat").sensitivity == "volume"
    assert book.item("arbete").sensitivity == "outcome"
    assert book.scale("arbete").top_codes == [1]


@pytest.mark.parametrize(
    "settings, says",
    [
        ({"report_period": "2024"}, "report_period '2024' is not among the periods"),
        ({"peroids": []}, "peroids"),
        ({"codebook": "okänd"}, "codebook 'okänd': bundled are nns2015"),
        ({"periods": [{**SETTINGS["periods"][0], "end": date(2024, 1, 1)}]}, "ends (2024-01-01) before it starts"),
        ({"periods": SETTINGS["periods"] * 2}, "two periods have the same id"),
    ],
)
def test_a_study_that_cannot_mean_what_it_says_is_refused(tmp_path, settings, says):
    with pytest.raises(BadDefinition) as refusal:
        _ = open_study(write_study(tmp_path, **settings)).codebook
    assert says in str(refusal.value)


def test_a_folder_without_a_study_says_what_to_do(tmp_path):
    with pytest.raises(BadDefinition, match="finsam-eval new"):
        open_study(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("gammal")

    def broken(temporary):
        temporary.write_text("halv")
        raise OSError(28, "No space left on device")

    with pytest.raises(BadInput, match="t.txt cannot be written"):
        write_atomically(path, broken)
    assert [p.name for p in tmp_path.iterdir()] == ["t.txt"]
    assert path.read_text() == "gammal"


def test_a_table_not_made_yet_says_which_step_is_missing(tmp_path):
    with pytest.raises(BadInput, match="counts.parquet is not made yet"):
        load_table(tmp_path / "counts.parquet")


def responses(**other):
    source = {"file": "svar.csv", "respondent_group": "deltagare", "occasion": "under", "period": "2025H1"}
    return [{**source, "columns": {"respondent": "id", **other.pop("columns", {})}, **other}]


FORBUND, INSATSER = SETTINGS["sources"]["forbund"], SETTINGS["sources"]["insatser"]


@pytest.mark.parametrize(
    "sources, says",
    [
        ({"responses": []}, "give responses, observations or both"),
        ({"insatser": INSATSER, "responses": responses()}, "insatser belong to förbund"),
        (
            {"participations": SETTINGS["sources"]["participations"], "responses": responses()},
            "participations belong to insatser",
        ),
        ({"responses": responses(columns={"forbund": "f"})}, "svar.csv: column forbund is used, but sources has no"),
        (
            {"forbund": FORBUND, "responses": responses(columns={"insats": "i"})},
            "svar.csv: column insats is used, but sources has no",
        ),
        ({"forbund": FORBUND, "responses": responses()}, "columns must name forbund or insats or participation"),
        ({"responses": responses(period="2024")}, "period 2024 is not a period that no other one cuts"),
        ({"responses": responses(period="2025")}, "those are 2025H1, 2025H2"),
        ({"responses": responses(period=None)}, "name a column of dates, or give one period"),
        ({"responses": responses(columns={"date": "d"})}, "one of them"),
        ({"responses": responses(occasion=None)}, "name a column for occasion"),
        ({"responses": [{**responses()[0], "columns": {}}]}, "columns must name respondent"),
    ],
)
def test_sources_that_do_not_hang_together_are_refused(tmp_path, sources, says):
    with pytest.raises(BadDefinition) as refusal:
        open_study(write_study(tmp_path, sources=sources, outcomes=[]))
    assert says in str(refusal.value)
