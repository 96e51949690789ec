"""How did each group answer, or the same persons at each occasion? Answers in parts, and their moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.aggregation.within import answers_in_units
from finsam_eval.psychometrics.answers import constant
from finsam_eval.psychometrics.factors.correlations import at_edge, symmetric, together, used_steps
from finsam_eval.psychometrics.factors.equality import Blocks
from finsam_eval.psychometrics.factors.models import Plan
from finsam_eval.psychometrics.factors.solving import Data, continuous_data, ordered_data
from finsam_eval.results import Status
from finsam_eval.stats.ordered_moments import OrderedMoments, ordered_moments
from finsam_eval.stats.structure import NO_THRESHOLDS, Part

ONE = "Bara en grupp eller ett tillfälle har svarat: det finns inget att jämföra med."
TWO_STEPS = (
    "{items} har bara två svarssteg: då kan trösklar, laddningar och utgångslägen inte prövas var för sig. "
    "Använd frågor med minst tre svarssteg."
)


class Answers(NamedTuple):
    """Complete answers of each group, or of the same persons (in the same order) at each occasion."""

    labels: list[str]
    rows: list[pd.DataFrame]
    occasions: bool

    @property
    def n(self) -> int:
        """Persons."""
        return len(self.rows[0]) if self.occasions and self.rows else sum(len(rows) for rows in self.rows)


class Parted(NamedTuple):
    """What models of all parts are made of and fitted to."""

    blocks: Blocks
    data: Data
    labels: list[str]

    @property
    def item_names(self) -> list[list[str]]:
        """Of each group's items; at several occasions one list, with the occasion beside each name."""
        return labelled(self.blocks.plan.items, self.labels, self.blocks.occasions)

    @property
    def factor_names(self) -> list[list[str]]:
        """Of each group's factors, likewise."""
        return labelled(self.blocks.plan.factors, self.labels, self.blocks.occasions)

    def named(self, part: Part, group: int, row: int, column: int) -> tuple[str, str, str]:
        """Return group or occasion, and the two names, of an entry of the model's matrices."""
        plan = self.blocks.plan
        items, factors, of = plan.items, plan.factors, self.blocks.item_of_threshold
        if part == Part.THRESHOLD:
            block, at = divmod(row, of.size)
            number = int((of[:at] == of[at]).sum()) + 1
            return self.labels[group + block], items[of[at]], str(number)
        rows = factors if part in (Part.FACTOR, Part.MEAN) else items
        columns = factors if part in (Part.FACTOR, Part.LOADING) else items
        (block, at), (other, to) = divmod(row, len(rows)), divmod(column, len(columns))
        left = rows[at]
        if part in (Part.INTERCEPT, Part.MEAN, Part.SCALE):
            return self.labels[group + block], left, ""
        right = columns[to] if block == other else f"{columns[to]} ({self.labels[other]})"
        return (self.labels[group + block], *((right, left) if part == Part.LOADING else (left, right)))


def labelled(names: list[str], labels: list[str], occasions: bool) -> list[list[str]]:
    """Return names with the group beside each, a list a group; with the occasion, all in one list."""
    each = [[f"{name} ({label})" for name in names] for label in labels]
    return [[name for own in each for name in own]] if occasions else each


def by_group(items: pd.DataFrame, group: Sequence[object] | pd.Series) -> Answers:
    """Return each group's complete answers, groups in order of their names.

    Raises
    ------
    WrongShape
        When group is not as long as items.
    """
    if isinstance(group, str) or len(group) != len(items):
        raise WrongShape(f"group must have one entry per row of items, in the same order; items has {len(items)} rows")
    complete, names = answers_in_units(items, group)
    labels = sorted(names.astype("str").unique())
    return Answers(labels, [complete[names.astype("str") == label] for label in labels], occasions=False)


def by_occasion(
    items: pd.DataFrame, person: Sequence[object] | pd.Series, occasion: Sequence[object] | pd.Series
) -> Answers:
    """Return the complete answers at each occasion of those who gave such at all, persons in one order.

    Raises
    ------
    WrongShape
        When person or occasion is not as long as items, or a person answered twice at an occasion.
    """
    who, when = pd.Series(person).reset_index(drop=True), pd.Series(occasion).reset_index(drop=True)
    if not len(who) == len(when) == len(items):
        raise WrongShape(f"person and occasion must have one entry per row of items, got {len(who)} and {len(when)}")
    kept = items.reset_index(drop=True).notna().all(axis=1) & who.notna() & when.notna()
    keys = pd.MultiIndex.from_arrays([when[kept].astype("str"), who[kept].astype("str")])
    if keys.has_duplicates:
        raise WrongShape("items must have one row per person and occasion; a person has several at the same one")
    complete = items.reset_index(drop=True)[kept].set_axis(keys)
    labels = sorted(keys.get_level_values(0).unique())
    always = [set(complete.loc[label].index) for label in labels]
    persons = sorted(set.intersection(*always)) if always else []
    return Answers(labels, [complete.loc[label].loc[persons] for label in labels], occasions=True)


def obstacle(answers: Answers, plan: Plan, ordered: bool) -> tuple[Status, str] | None:
    """Return why these parts cannot be compared; None where they can."""
    if len(answers.labels) < 2:
        return Status.NOT_APPLICABLE, ONE
    for label, rows in zip(answers.labels, answers.rows, strict=True):
        if len(rows) < 2:
            return Status.NO_DATA, f"{label} har för få kompletta svar för att jämföras."
        same = constant(rows)
        if same:
            return Status.NO_DATA, f"I {label} gav alla samma svar på {', '.join(same)}; då finns inget att jämföra."
    return _uneven(answers, plan) if ordered else None


def _uneven(answers: Answers, plan: Plan) -> tuple[Status, str] | None:
    """Return which steps of ordered items are not in use by all."""
    used = [[set(np.unique(rows[item])) for item in plan.items] for rows in answers.rows]
    every = [set.union(*(own[at] for own in used)) for at in range(len(plan.items))]
    for label, own in zip(answers.labels, used, strict=True):
        for item, all_steps, steps in zip(plan.items, every, own, strict=True):
            if steps < all_steps:
                missing = ", ".join(f"{step:g}" for step in sorted(all_steps - steps))
                return Status.NO_DATA, (
                    f"Ingen i {label} valde svaret {missing} på {item}: slå ihop det med ett svar intill, för alla, "
                    "eller ta bort frågan."
                )
    two = [item for item, steps in zip(plan.items, every, strict=True) if len(steps) == 2]
    return (Status.NOT_APPLICABLE, TWO_STEPS.format(items=", ".join(two))) if two else None


def ordered_parts(answers: Answers, plan: Plan) -> Parted | tuple[Status, str]:
    """Return moments of ordered answers; a status where items go together wholly in some part."""
    steps = used_steps(pd.concat(answers.rows, ignore_index=True))[0]
    each = np.split(steps, np.cumsum([len(rows) for rows in answers.rows])[:-1])
    if answers.occasions:
        each = [np.concatenate(each, axis=1)]
    moments = [ordered_moments(part) for part in each]
    for own, found in zip(labelled(plan.items, answers.labels, answers.occasions), moments, strict=True):
        edge = at_edge(found)
        if edge.any():
            return Status.NOT_CONVERGED, together(own, edge)
    data = ordered_data(list(zip(each, moments, strict=True)), levels=True)
    return Parted(_ordered_blocks(answers, plan, moments), data, answers.labels)


def _ordered_blocks(answers: Answers, plan: Plan, moments: list[OrderedMoments]) -> Blocks:
    k, parts = len(plan.items), len(answers.labels)
    matrices = [symmetric(found.correlations, len(found.cuts), 1.0) for found in moments]
    cuts = [found.cuts for found in moments]
    if answers.occasions:
        matrices = [matrices[0][at : at + k, at : at + k] for at in range(0, parts * k, k)]
        cuts = [cuts[0][at : at + k] for at in range(0, parts * k, k)]
    return Blocks(
        plan=plan,
        ordered=True,
        occasions=answers.occasions,
        correlations=matrices,
        sd=[np.ones(k)] * parts,
        means=[np.zeros(k)] * parts,
        cuts=[own[np.isfinite(own)] for own in cuts],
        item_of_threshold=np.nonzero(np.isfinite(cuts[0]))[0],
    )


def continuous_parts(answers: Answers, plan: Plan) -> Parted:
    """Return means and covariances of continuous answers."""
    each = [rows.to_numpy() for rows in answers.rows]
    sd = [rows.std(axis=0) for rows in each]
    blocks = Blocks(
        plan=plan,
        ordered=False,
        occasions=answers.occasions,
        correlations=[np.corrcoef(rows.T) for rows in each],
        sd=sd,
        means=[rows.mean(axis=0) for rows in each],
        cuts=[],
        item_of_threshold=NO_THRESHOLDS,
    )
    data = continuous_data([np.concatenate(each, axis=1)] if answers.occasions else each, levels=True)
    return Parted(blocks, data, answers.labels)
