import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.logic_model.separation import Independence, d_separated, implied, independence, independences
from finsam_eval.results import Status
from tests.test_logic_model_links import ROOT, data

REFERENCE = json.loads((Path(ROOT) / "tests/reference/logic_links.json").read_text(encoding="utf-8"))["partial"]

CHAIN = [("a", "b"), ("b", "c")]
FORK = [("b", "a"), ("b", "c")]
COLLIDER = [("a", "b"), ("c", "b"), ("b", "d")]
# The example of Pearl (2009), figure 1.2: season, rain, sprinkler, wet, slippery.
SPRINKLER = [("season", "rain"), ("season", "sprinkler"), ("rain", "wet"), ("sprinkler", "wet"), ("wet", "slippery")]


@pytest.mark.parametrize(
    ("arrows", "given_", "separated"),
    [
        (CHAIN, [], False),
        (CHAIN, ["b"], True),
        (FORK, [], False),
        (FORK, ["b"], True),
        (COLLIDER, [], True),
        (COLLIDER, ["b"], False),
        (COLLIDER, ["d"], False),
    ],
)
def test_a_and_c_in_the_three_patterns_that_everything_is_made_of(arrows, given_, separated):
    assert d_separated(arrows, "a", "c", given_) is separated
    assert d_separated(arrows, "c", "a", given_) is separated


def test_the_sprinkler():
    assert d_separated(SPRINKLER, "rain", "sprinkler", ["season"])
    assert not d_separated(SPRINKLER, "rain", "sprinkler", ["season", "wet"])
    assert not d_separated(SPRINKLER, "rain", "sprinkler", ["season", "slippery"])
    assert d_separated(SPRINKLER, "season", "wet", ["rain", "sprinkler"])
    assert implied(SPRINKLER, ["season", "rain", "sprinkler", "wet", "slippery"]) == (
        Independence("season", "wet", ("rain", "sprinkler")),
        Independence("season", "slippery", ("wet",)),
        Independence("rain", "sprinkler", ("season",)),
        Independence("rain", "slippery", ("wet",)),
        Independence("sprinkler", "slippery", ("wet",)),
    )


def test_what_is_not_measured_says_nothing():
    # Without the season nothing measured keeps rain and sprinkler apart.
    claims = implied(SPRINKLER, ["rain", "sprinkler", "slippery"])
    assert claims == ()
    assert implied(SPRINKLER, ["season", "rain", "slippery"]) == ()


def paths_blocked(arrows, first, second, held):
    """The definition itself, way by way (Pearl 2009, definition 1.2.3)."""
    below = {name: {name} for arrow in arrows for name in arrow}
    for _ in below:
        for tail, head in arrows:
            below[tail] |= below[head]
    beside = {name: {h for t, h in arrows if t == name} | {t for t, h in arrows if h == name} for name in below}

    def open_way(way):
        for before, middle, after in zip(way, way[1:], way[2:], strict=False):
            collides = (before, middle) in arrows and (after, middle) in arrows
            if collides != bool(below[middle] & set(held) if collides else middle in held):
                return False
        return True

    def ways(way):
        if way[-1] == second:
            yield way
            return
        for other in beside[way[-1]] - set(way):
            yield from ways([*way, other])

    return not any(open_way(way) for way in ways([first]))


NAMES = "abcde"


@settings(max_examples=80, deadline=None)
@given(st.sets(st.sampled_from(list(combinations(NAMES, 2))), min_size=2), st.permutations(NAMES), st.data())
def test_it_is_the_definition_way_by_way(pairs, order, drawn):
    arrows = [(order[NAMES.index(tail)], order[NAMES.index(head)]) for tail, head in pairs]
    nodes = sorted({name for arrow in arrows for name in arrow})
    first, second = drawn.draw(st.permutations(nodes))[:2]
    held = [name for name in nodes if name not in (first, second) and drawn.draw(st.booleans())]
    assert d_separated(arrows, first, second, held) == paths_blocked(arrows, first, second, held)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(list(combinations(NAMES, 2))), min_size=2), st.data())
def test_every_pair_that_something_measured_separates_is_claimed_and_no_other(arrows, drawn):
    nodes = sorted({name for arrow in arrows for name in arrow})
    measured = [name for name in nodes if drawn.draw(st.booleans())]
    claims = {(claim.first, claim.second): claim.given for claim in implied(arrows, measured)}
    for first, second in combinations(measured, 2):
        others = [name for name in measured if name not in (first, second)]
        subsets = [set(held) for size in range(len(others) + 1) for held in combinations(others, size)]
        able = [held for held in subsets if d_separated(arrows, first, second, held)]
        assert ((first, second) in claims) == bool(able)
        if able:
            chosen = set(claims[first, second])
            assert chosen in able
            assert not any(chosen - {name} in able for name in chosen)


@pytest.mark.parametrize("told", REFERENCE, ids=[one["id"] for one in REFERENCE])
def test_a_partial_correlation_is_that_of_r(told):
    found = independence(data(told["data"]), Independence(told["first"], told["second"], tuple(told["given"])))
    assert found.n == told["n"]
    for name in ("value", "lower", "upper", "p"):
        assert getattr(found, name) == pytest.approx(told[name], abs=1e-8), name


@pytest.fixture
def chained():
    rng = np.random.default_rng(8)
    a = rng.normal(size=600)
    b = a + rng.normal(size=600)
    return pd.DataFrame({"a": a, "b": b, "c": b + rng.normal(size=600), "g": np.arange(600) % 25})


def test_a_chain_that_is_true_is_not_contradicted_and_one_that_is_turned_wrong_is(chained):
    right = independences(chained, CHAIN, cluster="g")
    assert right[["first", "second", "given", "verdict"]].to_numpy().tolist() == [["a", "c", "b", "talar inte emot"]]
    wrong = independences(chained, [("a", "c"), ("c", "b")], cluster="g")
    assert wrong[["first", "second", "given", "verdict"]].to_numpy().tolist() == [["a", "b", "c", "talar emot"]]


def test_clusters_widen_the_interval(chained):
    doubled = pd.concat([chained] * 4, ignore_index=True).assign(g=np.tile(np.arange(600), 4))
    claim = Independence("a", "c", ("b",))
    alone, together = independence(doubled, claim), independence(doubled, claim, cluster="g")
    assert together.value == pytest.approx(alone.value)
    assert together.upper - together.lower == pytest.approx(2 * (alone.upper - alone.lower), rel=0.1)
    assert together.p > alone.p


def test_a_chain_without_claims_has_no_rows(chained):
    table = independences(chained.drop(columns="g"), [("a", "b"), ("b", "c"), ("a", "c")])
    assert table.empty
    assert "verdict" in table


def test_what_cannot_be_tested_says_why(chained):
    table = independences(chained.assign(c=1.0).drop(columns="g"), CHAIN)
    row = table.iloc[0]
    assert (row["status"], row["verdict"], row["value"]) == (Status.NOT_APPLICABLE, "", None)
    assert "samma värde" in row["reason"]


def test_rings_and_unknown_names_are_refused():
    with pytest.raises(WrongShape, match="ring among a, b"):
        d_separated([("a", "b"), ("b", "a")], "a", "b", [])
    with pytest.raises(WrongShape, match="two different"):
        d_separated(CHAIN, "a", "c", ["a"])
    with pytest.raises(UnknownName, match="'w' is not in the chain"):
        implied(CHAIN, ["a", "w"])
