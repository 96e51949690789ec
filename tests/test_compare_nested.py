import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.compare import proportion_interval, tiers
from finsam_eval.errors import WrongShape
from tests.test_compare_records import PERIODS, codebook, cube

LAN = pd.Series({"F1": "Norr", "F2": "Norr", "F3": "Söder"})
SERIES = ("deltagare", "avslut", "fraga")


def at(counts, **wanted):
    table = tiers(counts, LAN, series=SERIES, codebook=codebook(), periods=PERIODS)
    table = table[table["period"] == "2024"]
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table.set_index("unit")


def test_an_answer_counts_in_its_insats_förbund_län_and_country():
    counts = cube(
        "F1 I1 2024H1 kvinna 2 0 0 1 1",
        "F1 - 2024H2 man 0 0 0 0 4",
        "F2 I1 2024H1 man 1 0 0 0 1",
        "F3 I2 2024H1 man 0 1 0 0 1",
    )
    found = at(counts)
    assert found.groupby("tier")["n"].sum().to_dict() == {"insats": 8, "forbund": 12, "lan": 12, "riket": 12}
    assert at(counts, tier="forbund")["n"].to_dict() == {"F1": 8, "F2": 2, "F3": 2}
    assert at(counts, tier="lan")["n"].to_dict() == {"Norr": 10, "Söder": 2}
    assert at(counts, tier="lan").loc["Norr", "value"] == 7 / 10
    assert list(dict.fromkeys(found["tier"])) == ["insats", "forbund", "lan", "riket"]


def test_an_insats_has_the_interval_of_its_own_answers():
    row = at(cube("F1 I1 2024H1 kvinna 2 0 0 1 1", "F1 I2 2024H1 man 0 0 0 0 4"), tier="insats").loc["I1"]
    alone = proportion_interval(2, 4)
    assert (row["lower"], row["upper"], row["method"]) == (alone.lower, alone.upper, "Wilson")


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["F1", "F2", "F3"]), st.sampled_from(["-", "I1", "I2"]), st.integers(0, 9)),
        min_size=1,
    )
)
def test_every_tier_but_the_insats_adds_up_to_the_country(rows):
    lines = [f"{forbund} {insats} 2024H1 man 1 0 0 0 {n}" for forbund, insats, n in rows]
    sums = at(cube(*lines)).groupby("tier")["n"].sum()
    assert sums["forbund"] == sums["lan"] == sums["riket"] == sum(1 + n for _, _, n in rows)


def test_no_answers_give_no_rows():
    assert tiers(cube(), LAN, series=SERIES, codebook=codebook(), periods=PERIODS).empty


def test_a_förbund_without_län_is_refused():
    with pytest.raises(WrongShape, match="F9 is missing"):
        tiers(cube("F9 I1 2024H1 man 1 0 0 0 1"), LAN, series=SERIES, codebook=codebook(), periods=PERIODS)
