"""What a declared item set measures: one thing or several, alike for women and men, at both occasions, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from finsam_eval.codebook import Codebook, ItemSet
from finsam_eval.psychometrics.factors import (
    Bartlett,
    ConvergentValidity,
    FactorModel,
    Invariance,
    Kmo,
    MapTest,
    ParallelAnalysis,
    bartlett,
    cfa,
    convergent,
    invariance,
    invariance_over_occasions,
    kmo,
    map_test,
    parallel_analysis,
)
from finsam_eval.psychometrics.irt import Dif, GradedResponse, Mokken, dif, graded_response, mokken
from finsam_eval.psychometrics.properties import Sheets, set_of

GENDERS = {"kvinna": "gruppen kvinnor", "man": "gruppen män"}
"""Who is compared, by the words that reasons name them with; women first, so that men are held against them."""

FEWEST_ITEMS = 3
"""Fewer at each occasion do not determine a factor of their own."""

FEW_SHARED = "Bara {} av frågorna ställs jämförbart vid båda tillfällena; det behövs tre för att pröva dem."
NEVER_BOTH = "Ingen har besvarat alla de gemensamma frågorna vid båda tillfällena."


@dataclass(frozen=True)
class Structure:
    """One declared item set and the answers to it. Each result is made when it is first asked for, and kept.

    items : persons × items. gender : one per row, as `GENDERS` names it, else missing.
    """

    item_set: ItemSet
    items: pd.DataFrame
    gender: pd.Series

    @cached_property
    def model(self) -> FactorModel:
        """One factor behind all items (WLSMV)."""
        return cfa(self.items, {self.item_set.id: list(self.items.columns)})

    @cached_property
    def convergent(self) -> ConvergentValidity:
        """What the factor explains of the items, and of their sum."""
        return convergent(self.model)

    @cached_property
    def kmo(self) -> Kmo:
        """Whether the items have enough in common, of polychoric correlations."""
        return kmo(self.items, "polychoric")

    @cached_property
    def bartlett(self) -> Bartlett:
        """Whether they have anything in common."""
        return bartlett(self.items)

    @cached_property
    def parallel(self) -> ParallelAnalysis:
        """How many eigenvalues are larger than chance gives, of polychoric correlations."""
        return parallel_analysis(self.items)

    @cached_property
    def map_test(self) -> MapTest:
        """How many components leave the items least in common, of polychoric correlations."""
        return map_test(self.items, "polychoric")

    @cached_property
    def invariance(self) -> Invariance:
        """Whether the items mean the same to women and men."""
        return invariance(self.items, {self.item_set.id: list(self.items.columns)}, self.gender)

    @cached_property
    def partial(self) -> Invariance | None:
        """The same with the intercepts of items with DIF left free; None where there are none, or all holds without."""
        flagged = list(self.dif.items.loc[self.dif.items["flagged"].astype(bool), "item"])
        if self.invariance.holds in ("", "intercepts") or not flagged:
            return None
        model = {self.item_set.id: list(self.items.columns)}
        return invariance(self.items, model, self.gender, free=[("intercept", name) for name in flagged])

    @cached_property
    def dif(self) -> Dif:
        """Which items women and men with the same sum answer differently, by ordinal logistic regression."""
        return dif(self.items, self.gender)

    @cached_property
    def mantel(self) -> Dif:
        """The same by Mantel's test, which finds smaller differences."""
        return dif(self.items, self.gender, "Mantel")

    @cached_property
    def mokken(self) -> Mokken:
        """Whether the items order persons."""
        return mokken(self.items)

    @cached_property
    def graded(self) -> GradedResponse:
        """Where on the scale the items measure."""
        return graded_response(self.items)


@dataclass(frozen=True)
class Repeated:
    """Two sets of one respondent group at different occasions, and the questions that both ask.

    shared : item of the first set → the same question in the second. reason : why it is not tested; empty where it is.
    """

    first: Structure
    second: Structure
    shared: dict[str, str]

    @property
    def reason(self) -> str:
        """Why the occasions cannot be compared."""
        if len(self.shared) < FEWEST_ITEMS:
            return FEW_SHARED.format(len(self.shared))
        return "" if len(set(self._persons(self.first)) & set(self._persons(self.second))) else NEVER_BOTH

    @cached_property
    def invariance(self) -> Invariance:
        """Whether they mean the same at both occasions, to those who answered at both.

        The first occasion is what the second is measured against.
        """
        early, late = self.first.items[list(self.shared)], self.second.items[list(self.shared.values())]
        both = pd.concat([early, late.set_axis(list(self.shared), axis=1)])
        person = self._persons(self.first) + self._persons(self.second)
        occasion = ["tillfälle 1"] * len(early) + ["tillfälle 2"] * len(late)
        return invariance_over_occasions(
            both, {self.first.item_set.id: list(self.shared)}, pd.factorize(pd.Series(person))[0], occasion
        )

    @staticmethod
    def _persons(structure: Structure) -> list[tuple[str, ...]]:
        names = structure.items.index.to_frame()[["respondent", "participation", "about"]]
        return list(names.itertuples(index=False, name=None))


def structures(sheets: Sheets, gender: pd.Series, codebook: Codebook) -> list[Structure]:
    """Return the declared item sets that anybody answered, in the codebook's order.

    sheets : as `properties.sheets_of` returns. gender : of each questionnaire, indexed as the sheets are.
    """
    known = gender.map(GENDERS)
    found = []
    for item_set in codebook.item_sets:
        sheet = sheets.get((item_set.respondent_group, item_set.occasion))
        if sheet is not None:
            answers = set_of(sheet, item_set, codebook)
            found.append(Structure(item_set, answers, known.reindex(answers.index)))
    return found


def repeated(found: list[Structure], codebook: Codebook) -> Iterator[Repeated]:
    """Give the pairs of sets that ask one group the same questions at two occasions.

    The same are an item with the same id, and one that the codebook calls a comparable pair.
    """
    for place, first in enumerate(found):
        for second in found[place + 1 :]:
            own, other = first.item_set, second.item_set
            if own.respondent_group == other.respondent_group and own.occasion != other.occasion:
                shared = {name: same for name in own.items if (same := _again(name, other, codebook))}
                if shared:
                    yield Repeated(first, second, shared)


def _again(name: str, later: ItemSet, codebook: Codebook) -> str:
    if name in later.items:
        return name
    item = codebook.item(name)
    return item.pair if item.pair in later.items and item.pair_comparable else ""
