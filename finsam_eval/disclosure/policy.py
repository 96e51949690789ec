"""What may be shown, who decided it and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from finsam_eval.codebook import Sensitivity
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadPolicy


class Threshold(Definition):
    """How many persons a published number rests on.

    `min_n` answers in all, `min_x` in every category shown; `both_sides` also demands `min_x` outside the
    positive answers, so that neither 0 % nor 100 % says what everybody answered.
    """

    min_n: int = Field(ge=1)
    min_x: int = Field(ge=0)
    both_sides: bool

    def covers(self, other: Threshold) -> bool:
        """Whether all that passes here passes `other` too."""
        return self.min_n >= other.min_n and self.min_x >= other.min_x and self.both_sides >= other.both_sides


class Policy(Definition):
    """One profile: a threshold per sensitivity class, and whether office holders are shown for the country only."""

    profile: str
    opinion: Threshold
    outcome: Threshold
    volume: Threshold
    offices_country_only: bool
    decided_by: str
    decided_on: date
    source: str

    def threshold(self, sensitivity: Sensitivity) -> Threshold:
        """Return the threshold of a sensitivity class."""
        return {"opinion": self.opinion, "outcome": self.outcome, "volume": self.volume}[sensitivity]

    def covers(self, other: Policy) -> bool:
        """Whether this profile is at least as strict as `other` in every class."""
        return self.offices_country_only >= other.offices_country_only and all(
            mine.covers(theirs)
            for mine, theirs in [
                (self.opinion, other.opinion),
                (self.outcome, other.outcome),
                (self.volume, other.volume),
            ]
        )


def load_policy(path: Path) -> dict[str, Policy]:
    """Return the profiles of a study's policy, by name.

    Raises
    ------
    BadPolicy
        When nobody has decided it, or `publik` is laxer than `intern` somewhere.
    BadDefinition
        When the file is missing or a threshold cannot be read.
    """
    content = read_yaml(path)
    decision = _decision(content, path.name)
    profiles = {
        name: parse(Policy, {"profile": name, **decision, **_mapping(profile, path.name, name)}, f"{path.name}, {name}")
        for name, profile in _mapping(content.get("profiles"), path.name, "profiles").items()
    }
    if {"publik", "intern"} <= set(profiles) and not profiles["publik"].covers(profiles["intern"]):
        raise BadPolicy(f"{path.name}: publik must be at least as strict as intern in every class; raise its limits")
    return profiles


def _decision(content: Any, where: str) -> dict[str, Any]:
    decision = {key: _mapping(content, where, "the file").get(key) for key in ("decided_by", "decided_on", "source")}
    missing = [key for key, value in decision.items() if not str(value or "").strip()]
    if missing:
        raise BadPolicy(f"{where}: nothing is released before somebody has decided the policy; fill in {missing[0]}")
    return decision


def _mapping(content: Any, where: str, place: str) -> dict[str, Any]:
    if not isinstance(content, dict) or not content:
        raise BadPolicy(f"{where}, {place}: expected keys and values, got {type(content).__name__}")
    return content
