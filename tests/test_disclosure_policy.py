from pathlib import Path

import pytest
import yaml

from finsam_eval.disclosure import load_policy
from finsam_eval.errors import BadDefinition, BadPolicy

OPINION = {"min_n": 10, "min_x": 3, "both_sides": True}
VOLUME = {"min_n": 10, "min_x": 0, "both_sides": False}
PROFILE = {"opinion": OPINION, "outcome": OPINION, "volume": VOLUME, "offices_country_only": True}
DECIDED = {"decided_by": "Styrelsen", "decided_on": "2025-01-15", "source": "Protokoll § 4"}


def written(folder, **changes):
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump({**DECIDED, "profiles": {"publik": PROFILE}, **changes}), encoding="utf-8")
    return path


def test_a_decided_policy_is_read_with_who_and_when(tmp_path):
    policy = load_policy(written(tmp_path))["publik"]
    assert (policy.profile, policy.decided_by, policy.decided_on.isoformat()) == ("publik", "Styrelsen", "2025-01-15")
    assert policy.threshold("outcome").min_x == 3
    assert policy.threshold("volume").min_x == 0


@pytest.mark.parametrize("key", ["decided_by", "decided_on", "source"])
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_what_nobody_has_decided_is_refused_in_one_sentence(tmp_path, key, empty):
    with pytest.raises(BadPolicy, match=f"fill in {key}") as refused:
        load_policy(written(tmp_path, **{key: empty}))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "laxer",
    [
        {"opinion": {**OPINION, "min_n": 4}},
        {"outcome": {**OPINION, "min_x": 0}},
        {"opinion": {**OPINION, "both_sides": False}},
        {"volume": {**VOLUME, "min_n": 4}},
        {"offices_country_only": False},
    ],
)
def test_publik_is_at_least_as_strict_as_intern(tmp_path, laxer):
    intern = {**PROFILE, "opinion": {**OPINION, "min_n": 5}, "outcome": {**OPINION, "min_x": 1}}
    profiles = {"intern": intern, "publik": PROFILE}
    assert load_policy(written(tmp_path, profiles=profiles))["publik"].opinion.min_n == 10
    with pytest.raises(BadPolicy, match="at least as strict"):
        load_policy(written(tmp_path, profiles={**profiles, "publik": {**PROFILE, **laxer}}))


def test_a_misspelt_threshold_is_an_error_and_not_a_default(tmp_path):
    wrong = {**PROFILE, "opinion": {"min_n": 10, "min_antal": 3, "both_sides": True}}
    with pytest.raises(BadDefinition, match="publik"):
        load_policy(written(tmp_path, profiles={"publik": wrong}))


@pytest.mark.parametrize("content", ["", "[]", "decided_by: x"])
def test_a_file_without_a_policy_is_refused(tmp_path, content):
    path = tmp_path / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadPolicy):
        load_policy(path)


def test_the_demo_has_a_decided_policy_with_both_profiles():
    profiles = load_policy(Path(__file__).parents[1] / "policy.yaml")
    assert set(profiles) == {"publik", "intern"}
    assert (profiles["publik"].opinion.min_n, profiles["publik"].opinion.min_x) == (10, 3)
    assert (profiles["intern"].opinion.min_n, profiles["intern"].opinion.min_x) == (5, 1)
