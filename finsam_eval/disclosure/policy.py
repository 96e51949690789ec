"""What may be shown, who decided it and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from finsam_eval.codebook import Sensitivity
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadPolicy

Limit = Literal["min_n", "min_x", "both_sides"]


class Threshold(Definition):
    """How many persons a published number rests on.

    `min_n` answers in all, `min_x` in every category shown; `both_sides` also demands `min_x` outside the
    positive answers, so that neither 0 % nor 100 % says what everybody answered.
    """

    min_n: int = Field(ge=1)
    min_x: int = Field(ge=0)
    both_sides: bool

    def without(self, limits: Iterable[Limit]) -> Threshold:
        """Return the threshold with some limits lifted."""
        lifted = {"min_n": 1, "min_x": 0, "both_sides": False}
        return self.model_copy(update={limit: lifted[limit] for limit in limits})

    def covers(self, other: Threshold) -> bool:
        """Whether all that passes here passes `other` too."""
        return self.min_n >= other.min_n and self.min_x >= other.min_x and self.both_sides >= other.both_sides


class Exemption(Definition):
    """Somebody has decided that a limit does not hold for an item of one unit, everywhere or where told.

    Only the limits named in `lifts` are lifted. Whether hidden numbers can be computed is judged as ever.
    """

    unit: str = Field(min_length=1)
    item: str = Field(min_length=1)
    respondent_group: str | None = None
    occasion: str | None = None
    lifts: tuple[Limit, ...] = Field(min_length=1)
    decided_by: str = Field(min_length=1)
    decided_on: date
    reason: str = Field(min_length=1)

    def about(self, series: tuple[str, str, str]) -> bool:
        """Whether it is about a series: respondent group, occasion, item."""
        group, occasion, item = series
        return item == self.item and self.respondent_group in (None, group) and self.occasion in (None, occasion)

    def told(self) -> str:
        """Return who decided it, when and why, in one line."""
        return f"{', '.join(self.lifts)}: {self.decided_by}, {self.decided_on}: {self.reason}"


class Policy(Definition):
    """One profile: a threshold per sensitivity class, and whether office holders are shown for the country only.

    `min_width`: how far apart the smallest and the largest possible value of a hidden number must lie; 1 demands only
    that it is not known exactly. `exceptions` stay inside: they are not written with the rest of the policy.
    """

    profile: str
    opinion: Threshold
    outcome: Threshold
    volume: Threshold
    offices_country_only: bool
    min_width: int = Field(default=1, ge=1)
    exceptions: tuple[Exemption, ...] = Field(default=(), exclude=True)
    decided_by: str
    decided_on: date
    source: str

    def threshold(self, sensitivity: Sensitivity) -> Threshold:
        """Return the threshold of a sensitivity class."""
        return {"opinion": self.opinion, "outcome": self.outcome, "volume": self.volume}[sensitivity]

    def exempted(self, series: tuple[str, str, str]) -> dict[str, list[Exemption]]:
        """Return the exceptions about a series, by unit."""
        about = [exemption for exemption in self.exceptions if exemption.about(series)]
        return {unit: [one for one in about if one.unit == unit] for unit in sorted({one.unit for one in about})}

    def covers(self, other: Policy) -> bool:
        """Whether this profile is at least as strict as `other` in every class, exceptions aside."""
        classes: tuple[Sensitivity, ...] = ("opinion", "outcome", "volume")
        return (
            self.offices_country_only >= other.offices_country_only
            and self.min_width >= other.min_width
            and all(self.threshold(name).covers(other.threshold(name)) for name in classes)
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
        raise BadPolicy(
            f"{where}: nothing is released before somebody has decided the policy; fill in {', '.join(missing)}"
        )
    return decision


def _mapping(content: Any, where: str, place: str) -> dict[str, Any]:
    if not isinstance(content, dict) or not content:
        raise BadPolicy(f"{where}, {place}: expected keys and values, got {type(content).__name__}")
    return content
