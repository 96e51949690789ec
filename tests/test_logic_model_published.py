"""What was published is held against itself: indices, bases that were not printed, and parts of a whole."""

import pandas as pd
import pytest

from finsam_eval.logic_model import evaluate
from finsam_eval.logic_model.composite import composites
from finsam_eval.logic_model.unprinted import bases
from finsam_eval.logic_model.wholes import sums
from tests.programmes import indicator, no_records, observed, programme

TOTAL = [
    {"where": "impact-värdet", "points": 171, "most": 244, "percent": "70"},
    {"where": "måluppfyllelse", "points": 111, "most": 177, "percent": "70"},
    {"where": "Impact Index", "percent": "63"},
]


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def index(*published, target=0.7):
    return composites(programme(composites=[{"id": "i", "title": "Index", "target": target, "published": published}]))


def test_an_index_that_is_what_its_points_say():
    row = index({"where": "målområde 4", "points": 33, "most": 38, "percent": "87"}).iloc[0]
    assert (row["value"], row["check"], row["outcome"], row["contradicts"]) == (33 / 38, "stämmer", "nått", False)
    assert row["reason"] == ""


def test_three_figures_of_one_index_that_cannot_all_be_true():
    table = index(*TOTAL)
    assert table["value"].round(3).tolist()[:2] == [0.701, 0.627]
    assert table["check"].tolist() == ["stämmer", "stämmer inte", ""]
    assert table["outcome"].tolist() == ["nått", "ej nått", "ej nått"]
    assert table["contradicts"].tolist() == [True] * 3
    apart = "Siffror som ska gälla samma index går inte ihop: 70 %, 70,1 % (171 av 244), 62,7 % (111 av 177) och 63 %."
    assert [plain(reason) for reason in table["reason"]] == [
        apart,
        "111 av 177 är 63 %, tryckt är 70 %.",
        "Poängen är inte tryckta: talet kan inte kontrolleras.",
    ]


@pytest.mark.parametrize(
    ("figure", "outcome", "says"),
    [
        ({"where": "a", "percent": "70"}, "", "Poängen är inte tryckta"),
        ({"where": "a", "percent": "71"}, "nått", "Poängen är inte tryckta"),
        ({"where": "a", "points": 7, "most": 10}, "nått", ""),
        ({"where": "a"}, "", "Ingen siffra är tryckt."),
    ],
)
def test_an_index_with_something_left_out(figure, outcome, says):
    row = index(figure).iloc[0]
    assert (row["outcome"], row["check"]) == (outcome, "")
    assert row["reason"].startswith(says)
    assert index(figure, target=None).iloc[0]["outcome"] == ""


ROSLAGEN = [
    {"x": 37, "printed": "28", "mentioned": 227},
    {"indicator": "b", "x": 24, "printed": "18", "mentioned": 227},
]
TARGETS = [indicator(targets=[{"period": "2025", "value": 0.4}]), indicator(id="b")]


def recovered(*figures, **changes):
    model = programme(**{"indicators": TARGETS, **changes})
    return bases(model, evaluate(model, no_records(), observed(*figures))).set_index("indicator")


def test_roslagen_counted_on_130_to_134_if_both_are_of_the_same_persons():
    table = recovered(*ROSLAGEN)
    assert table[["base_low", "base_high"]].to_numpy().tolist() == [[130, 134], [130, 137]]
    assert table[["shared_low", "shared_high"]].to_numpy().tolist() == [[130, 134]] * 2
    assert table[["outcome", "verdict"]].to_numpy().tolist() == [["ej nått", "ej nått"]] * 2
    assert table["share_low"].tolist() == [37 / 134, 24 / 134]
    assert table["share_high"].tolist() == [37 / 130, 24 / 130]


def test_figures_of_other_sources_are_not_held_to_be_of_the_same_persons():
    table = recovered(ROSLAGEN[0], {**ROSLAGEN[1], "source": "En annan"})
    assert table["shared_low"].isna().all()
    assert table["with_others"].tolist() == [1, 1]


def test_where_no_n_fits_both_none_is_shared_and_each_is_judged_by_itself():
    table = recovered({"x": 37, "printed": "28"}, {"indicator": "b", "x": 24, "printed": "50"})
    assert table["shared_low"].isna().all()
    assert table.loc["b", ["outcome", "share_low"]].tolist() == ["nått", 24 / 48]


def test_only_what_was_printed_without_n_is_recovered():
    assert recovered({"x": 36, "n": 100}).empty
    assert recovered(ROSLAGEN[0], indicators=[indicator(targets=[])]).iloc[0]["outcome"] == ""


PARTS = [(62, "kurs"), (79, "socialt företag"), (53, "arbetsgivare")]


def whole(parts, counts=PARTS, number=159):
    count = {"measure": "count", "targets": [], "baseline": None}
    measured = [indicator(id="alla", title="Deltagare", parts=parts, **count)]
    measured += [indicator(id=f"del{n}", title=name, part_of="alla", **count) for n, (_, name) in enumerate(counts)]
    figures = [{"indicator": "alla", "value": number}] if number is not None else []
    figures += [{"indicator": f"del{n}", "value": x} for n, (x, _) in enumerate(counts) if x is not None]
    model = programme(indicators=measured)
    return sums(model, evaluate(model, no_records(), observed(*figures)))


@pytest.mark.parametrize(
    ("parts", "says"), [("overlapping", "En person kan räknas i flera delar"), (None, "Det sägs inte om en person")]
)
def test_parts_that_overlap_or_may_do_so_are_never_summed(parts, says):
    table = whole(parts)
    assert table["sum"].isna().all()
    assert table["part_number"].tolist() == [62, 79, 53]
    reason = table.iloc[0]["reason"]
    assert reason.startswith(says)
    assert reason.endswith("Delarna är tillsammans fler än helheten: någon är räknad i flera.")


@pytest.mark.parametrize(
    ("counts", "number", "total", "check", "says"),
    [
        ([(80, "a"), (79, "b")], 159, 159, "stämmer", ""),
        ([(80, "a"), (78, "b")], 159, 158, "stämmer inte", "färre än helheten"),
        ([(80, "a"), (80, "b")], 159, 160, "stämmer inte", "fler än helheten"),
        ([(80, "a"), (79, "b")], None, 159, "", ""),
        ([(9, "direkt till arbete"), (None, "senare till arbete")], 23, None, "", "Okänt är inte noll"),
    ],
)
def test_separate_parts_are_summed_when_all_are_known(counts, number, total, check, says):
    row = whole("separate", counts, number).iloc[0]
    assert (None if pd.isna(row["sum"]) else row["sum"], row["check"]) == (total, check)
    assert says in row["reason"] if says else row["reason"] == ""
