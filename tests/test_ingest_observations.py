"""Figures that others have counted: what is kept, what is set aside, and a study made of them alone."""

import pandas as pd
import pytest

from finsam_eval.compare import design, records
from finsam_eval.cube import answered, count, missing_answers, without_rare_gender
from finsam_eval.disclosure import Policy, audit, release
from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.ingest import ingest
from finsam_eval.ingest.schemas import INVITED, OBSERVATIONS, PARTICIPATIONS, RESPONSES
from finsam_eval.study import open_study
from tests.small import SETTINGS, write_study

HEADING = "indikator;enhet;period;kön;x;n;nämnda;tal;tryckt;läge;slag;källa"
NAMES = list(OBSERVATIONS.columns)
SOURCE = {
    "file": "tal.csv",
    "columns": dict(zip(NAMES, HEADING.split(";"), strict=True)),
    "words": {"gender": {"Kvinnor": "kvinna", "Män": "man", "Alla": "alla"}, "kind": {"Publicerat": "published"}},
}
GOOD = "sysselsatta;F01;2025;Kvinnor;27;179;227;12,25;19,5;Gult;Publicerat;s. 4"


def read(folder, *rows, source=SOURCE, heading=HEADING, sources=None):
    sources = sources or {"forbund": SETTINGS["sources"]["forbund"], "observations": source}
    raw = {"tal.csv": "\n".join([heading, *rows]) + "\n"}
    return ingest(open_study(write_study(folder, raw, sources=sources, outcomes=[])))


def test_a_figure_keeps_all_that_its_source_says(tmp_path):
    result = read(tmp_path, GOOD)
    assert result.observations.to_dict("records") == [
        dict(
            zip(
                NAMES,
                ["sysselsatta", "F01", "2025", "kvinna", 27, 179, 227, 12.25, "19.5", "Gult", "published", "s. 4"],
                strict=True,
            )
        )
    ]
    assert result.account.set_index("file").loc["tal.csv", "kept"] == 1
    assert result.quarantine.empty


def test_an_empty_cell_and_a_column_the_file_lacks_mean_the_country_all_and_entered(tmp_path):
    few = {"file": "tal.csv", "columns": {"indicator": "indikator", "period": "period", "printed": "tryckt"}}
    by_column = read(tmp_path / "a", "a;2025;28", source=few, heading="indikator;period;tryckt").observations
    by_cell = read(tmp_path / "b", "a;;2025;;;;;;28;;;").observations
    pd.testing.assert_frame_equal(by_column, by_cell)
    (row,) = by_cell.to_dict("records")
    assert (row["unit"], row["gender"], row["kind"], row["printed"]) == ("riket", "alla", "entered", "28")
    assert by_cell[["x", "n", "mentioned", "value"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "row, column, reason",
    [
        ("a;F01;2025;Män;180;179;;;;;;", "x", "x är större än n"),
        ("a;F01;2025;Män;27,5;179;;;;;;", "x", "ett helt antal väntades"),
        ("a;F01;2025;Män;27;många;;;;;;", "n", "ett helt antal väntades"),
        ("a;F01;2025;Män;-1;179;;;;;;", "x", "inte vara negativt"),
        ("a;F01;2025;Män;1;9;-9;;;;;", "mentioned", "inte vara negativt"),
        ("a;F01;2025;Män;;;;stort;;;;", "value", "ett tal som 28"),
        ("a;F01;2025;Män;;;;;28 %;;;", "printed", "ett tal som 28"),
        ("a;F01;2024;Män;1;9;;;;;;", "period", "okänt namn"),
        ("a;F09;2025;Män;1;9;;;;;;", "unit", "okänt namn"),
        ("a;F01;2025;Herrar;1;9;;;;;;", "gender", "ett ord som study.yaml inte anger"),
        ("a;F01;2025;Män;1;9;;;;;Gissat;", "kind", "ett ord som study.yaml inte anger"),
        (";F01;2025;Män;1;9;;;;;;", "indicator", "indikator saknas"),
    ],
)
def test_a_figure_that_cannot_be_right_is_set_aside_with_place_and_reason(tmp_path, row, column, reason):
    result = read(tmp_path, GOOD, row)
    (aside,) = result.quarantine.to_dict("records")
    assert (aside["file"], aside["row"], aside["column"]) == ("tal.csv", 3, column)
    assert reason in aside["reason"]
    assert list(result.observations["indicator"]) == ["sysselsatta"]
    line = result.account.set_index("file").loc["tal.csv"]
    assert (line["read"], line["kept"], line["quarantined"]) == (2, 1, 1)


def test_of_two_figures_about_the_same_thing_none_can_be_known_right(tmp_path):
    result = read(tmp_path, GOOD, GOOD.replace("27;", "28;"), GOOD.replace("Kvinnor", "Män"))
    assert list(result.observations["gender"]) == ["man"]
    assert set(result.quarantine["reason"]) == {"samma tal mer än en gång"}


def test_x_of_as_many_and_zero_of_zero_are_kept(tmp_path):
    table = read(
        tmp_path, "a;F01;2025;Alla;9;9;;;;;;", "b;F01;2025;Alla;0;0;;;;;;", "c;F01;2025;Alla;3;;;;;;;"
    ).observations
    assert table["x"].to_list() == [9, 0, 3]


def test_a_column_that_no_figure_has_is_refused(tmp_path):
    wrong = {**SOURCE, "columns": {**SOURCE["columns"], "antal": "n"}}
    with pytest.raises(BadInput, match="tal.csv, columns: antal is nothing that an observation has"):
        read(tmp_path, GOOD, source=wrong)


def test_a_study_of_figures_alone_has_no_persons_and_still_goes_all_the_way(tmp_path):
    study = open_study(
        write_study(
            tmp_path, {"tal.csv": f"{HEADING}\na;;2025;;1;9;;;;;;\n"}, sources={"observations": SOURCE}, outcomes=[]
        )
    )
    result = ingest(study)
    for table, schema in (
        (result.responses, RESPONSES),
        (result.participations, PARTICIPATIONS),
        (result.invited, INVITED),
    ):
        assert len(schema.validate(table)) == 0
    assert result.units.to_dict("records") == [{"forbund": "studien", "name": "Liten studie", "lan": ""}]
    assert list(result.account["file"]) == ["tal.csv"]
    cube = count(result.responses, result.participations, result.invited, outcomes=[], atoms=study.atoms)
    cube, left_out = without_rare_gender(cube, 20)
    made = records(cube, codebook=study.codebook, periods=study.periods)
    assert [len(t) for t in (cube, left_out, made, answered(result.responses, result.invited))] == [0, 0, 0, 0]
    assert missing_answers(result.responses).empty
    assert design(cube, codebook=study.codebook, periods=study.periods).empty
    limits = {"min_n": 10, "min_x": 3, "both_sides": True}
    policy = Policy(
        profile="publik",
        **dict.fromkeys(("opinion", "outcome", "volume"), limits),
        offices_country_only=True,
        decided_by="Styrelsen",
        decided_on="2025-01-15",
        source="Protokoll",
    )
    released = release(cube, made, policy, codebook=study.codebook, periods=study.periods)
    assert len(released.records) == len(audit(released, policy)) == 0


def test_a_study_needs_answers_or_figures(tmp_path):
    with pytest.raises(BadDefinition, match="give responses, observations or both"):
        open_study(write_study(tmp_path, sources={}))
