import numpy as np
import pytest

from finsam_eval import plots, tables, wording
from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.outcome_rows import calibrations, curves, exits, linkage
from finsam_eval.psychometrics.validity import roc
from finsam_eval.study import Outcome, open_study
from tests.psychometric_frames import coefficient, coefficients, nothing
from tests.small import write_study
from tests.test_psychometrics_outcome_rows import participations, persons, responses

END = {"occasion": "avslut"}
WORK = Outcome(id="arbete", label="I arbete", column="i_arbete")


@pytest.fixture(scope="module")
def codebook(tmp_path_factory) -> Codebook:
    return open_study(write_study(tmp_path_factory.mktemp("studie"))).codebook


def item(
    name: str, area: tuple[float, float, float], odds: tuple[float, float, float] = (0.5, 0.25, 0.75)
) -> list[dict]:
    rows = [("auc:arbete", area), ("log_odds:arbete", odds)]
    return [{**coefficient("item", name, statistic, *numbers, 312), **END} for statistic, numbers in rows]


def sides(added: tuple[float, float, float]) -> list[dict]:
    told = {
        "auc_forsta": (0.64, 0.58, 0.70),
        "auc_andra": (0.61, 0.56, 0.67),
        "auc_bada": (0.66, 0.58, 0.72),
        "auc_skillnad": (0.02, -0.05, 0.09),
        "auc_tillagg": added,
    }
    rows = [coefficient("dyad", "K07a", f"{name}:arbete", *numbers, 310) for name, numbers in told.items()]
    return [{**row, **END, "label": "K07a och K07b", "k": 2} for row in rows]


def test_each_question_and_outcome_has_a_row(codebook):
    table = tables.foretold(
        codebook, coefficients(*item("K01b", (0.58, 0.53, 0.62)), *item("K07a", (0.62, 0.58, 0.66)))
    )
    assert table.rows[1] == [
        "K07a, deltagare vid avslut",
        "I arbete",
        "312",
        "0,62 (0,58 till 0,66)",
        "1,65 (1,28 till 2,12)",
    ]
    assert len(table.rows) == 2


def test_other_coefficients_of_items_are_not_in_the_table(codebook):
    retest = {**coefficient("item", "K01a", "exakt", 0.6, 0.5, 0.7, 100)}
    assert tables.foretold(codebook, coefficients(retest)) is None
    assert tables.foretold_by_two_sides(codebook, coefficients(retest)) is None


def test_hidden_numbers_are_said_to_be_hidden(codebook):
    rows = [nothing(row, "undertryckt") for row in item("K07a", (0.6, 0.5, 0.7))]
    cells = tables.foretold(codebook, coefficients(*rows)).rows[0]
    assert cells[2:] == ["–", "visas\N{NO-BREAK SPACE}inte", "visas\N{NO-BREAK SPACE}inte"]
    assert "sekretessen" in wording.foretold(codebook, coefficients(*rows)).markdown


def test_two_sides_stand_beside_each_other(codebook):
    table = tables.foretold_by_two_sides(codebook, coefficients(*sides((0.02, -0.01, 0.06))))
    assert table.rows == [
        [
            "K07a och K07b",
            "I arbete",
            "310",
            "0,64 (0,58 till 0,70)",
            "0,61 (0,56 till 0,67)",
            "0,66 (0,58 till 0,72)",
            "0,02 (−0,05 till 0,09)",
            "0,02 (−0,01 till 0,06)",
        ]
    ]


def test_the_strongest_question_is_told_in_pairs_of_a_hundred(codebook):
    rows = [*item("K01b", (0.53, 0.48, 0.58)), *item("K07a", (0.68, 0.62, 0.74), (0.693147, 0.4, 0.9))]
    text = wording.foretold(codebook, coefficients(*rows)).markdown
    assert "hade den förste svarat högre på K07a i 68 fall av 100 (62–74; lika svar räknas som hälften)" in text
    assert "För 1 av 2 frågor och grupper ligger hela osäkerheten över 50." in text
    assert "för K07a är oddsen 2,0 gånger så höga" in text


def test_a_question_that_tells_the_other_way_is_named_as_such(codebook):
    text = wording.foretold(codebook, coefficients(*item("K01b", (0.4, 0.35, 0.45)))).markdown
    assert "För 0 av 1 fråga eller grupp ligger hela osäkerheten över 50. 1 hänger ihop åt andra hållet." in text


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ((0.05, 0.01, 0.09), "Det andra svaret tillför något: 5 (1 till 9) fler rätt av 100."),
        ((-0.05, -0.09, -0.01), "Ihop pekar de sämre än det första svaret ensamt: −5 (−9 till −1) av 100."),
        ((0.02, -0.01, 0.06), "Om det andra svaret tillför något går inte att avgöra (2 (−1 till 6) av 100)."),
    ],
)
def test_what_the_second_side_adds_follows_its_interval(codebook, added, words):
    text = wording.foretold_by_two_sides(codebook, coefficients(*sides(added))).markdown
    assert "båda svaren ihop pekar rätt i 66 fall av 100" in text
    assert words in text.replace("\\", "")


@pytest.mark.parametrize(("status", "words"), [("kan inte jämföras", "färre än 5"), ("inga data", "inte känt än")])
def test_why_nothing_is_told(codebook, status, words):
    rows = [nothing(row, status, 4) for row in [*item("K07a", (0.6, 0.5, 0.7)), *sides((0.1, 0.0, 0.2))]]
    assert words in wording.foretold(codebook, coefficients(*rows)).markdown
    assert words in wording.foretold_by_two_sides(codebook, coefficients(*rows)).markdown


def test_a_study_without_outcomes_says_so(codebook):
    assert "Inget register" in wording.foretold(codebook, coefficients()).markdown
    assert "Ingen fråga" in wording.foretold_by_two_sides(codebook, coefficients()).markdown


def test_linked_answers_are_counted(codebook):
    people = persons()
    table = tables.linked_answers(
        codebook, linkage(responses(people), participations(people), codebook, [WORK], ["2025"])
    )
    had = int(people["i_arbete"].sum())
    assert table.rows[0] == ["Deltagare", "I arbete", "120", "0", "0", "0", str(had), str(120 - had)]


def test_curves_and_chances_are_drawn_and_told_in_words(codebook):
    people = persons()
    answered = exits(responses(people), participations(people), codebook, "deltagare", ["2025"])
    later = Outcome(id="senare", label="I arbete senare", column="i_arbete_senare")
    found = curves(answered, "K07a", [WORK, later])
    assert found["I arbete"].value == roc(people["K07a"], people["i_arbete"]).value
    figure = plots.roc_curves(found, "K07a")
    assert "I arbete: AUC 0," in figure.alt
    assert "senare" not in figure.alt
    chances = calibrations(answered, "K07a", [WORK, later])
    assert chances["I arbete"].bins["n"].tolist() == people["K07a"].value_counts().sort_index().tolist()
    shown = plots.calibrated(chances, "K07a")
    assert "lutning" in shown.alt
    assert shown.alt.count("väntat") == 5
    assert "(INTERN)" in figure.caption
    assert "(INTERN)" in shown.caption


def test_nothing_is_drawn_where_nothing_is_known():
    nobody = roc([1.0, 2.0], [np.nan, np.nan])
    assert plots.roc_curves({"I arbete": nobody}, "K07a") is None
    assert plots.calibrated({}, "K07a") is None
    assert "Lutningen är 1" in wording.calibration().markdown
