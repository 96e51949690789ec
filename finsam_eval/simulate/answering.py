"""How those who are asked answer: what lasts in them, what chance adds, and what they leave out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from finsam_eval.simulate.model import CHANGE_PER_MONTH, DYAD, ITEMS, STABLE, Floats, Instrument, location, reliability
from finsam_eval.simulate.people import GENDERS, People


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Respondents of one group at their occasions, whether they answer or not.

    `rows` : person, forbund, perhaps insats (positions), kon, occasion, period, day and what else is to be exported;
    where they have `months`, how long after the answer under the insats it is.
    `true`, `rest` : rows × items; what lasts in the latent response, and the SD of what chance adds to it.
    """

    group: str
    rows: pd.DataFrame
    items: list[str]
    true: Floats
    rest: Floats

    def take(self, rows: pd.DataFrame) -> Asked:
        """Return the persons that the index of `rows` names, in its order: some of them, or some of them again."""
        place = rows.index.to_numpy()
        fresh = rows.reset_index(drop=True)
        return Asked(group=self.group, rows=fresh, items=self.items, true=self.true[place], rest=self.rest[place])

    def only(self, items: list[str]) -> Asked:
        """Return the same persons, asked no more than `items`."""
        place = [self.items.index(item) for item in items]
        return Asked(group=self.group, rows=self.rows, items=items, true=self.true[:, place], rest=self.rest[:, place])


@dataclass(frozen=True, kw_only=True)
class World:
    """The instrument, the country, and by item how often an answer is left out."""

    instrument: Instrument
    people: People
    item_missing: Mapping[str, float]

    def ask(self, rng: np.random.Generator, rows: pd.DataFrame, group: str) -> Asked:
        """Give those asked their θ and the lasting part of each answer."""
        items = self.instrument.asked(group)
        slopes = np.array([ITEMS[item][1] for item in items])
        own = np.sqrt(STABLE * (1 - slopes**2)) * rng.normal(size=(len(rows), len(items)))
        true = np.outer(self.people.theta(rng, rows), slopes) + own
        rest = np.broadcast_to(np.sqrt((1 - STABLE) * (1 - slopes**2)), true.shape)
        return Asked(group=group, rows=rows, items=items, true=true, rest=rest)

    def ask_staff(self, asked: Asked) -> Asked:
        """Let staff rate the participants asked: their latent response correlates DYAD with the participant's."""
        items = self.instrument.asked("personal")
        part = np.zeros((len(asked.rows), len(items)))
        seen = np.zeros_like(part)
        for column, item in enumerate(items):
            for occasion in self.instrument.codebook.item(item).occasions:
                own = self.instrument.staff_pair(item, occasion)
                here = (asked.rows["occasion"] == occasion).to_numpy()
                part[here, column] = DYAD / reliability(ITEMS[own][1])
                seen[here, column] = asked.true[here, asked.items.index(own)]
        return Asked(group="personal", rows=asked.rows, items=items, true=part * seen, rest=np.sqrt(1 - DYAD * part))

    def answer(self, rng: np.random.Generator, asked: Asked) -> pd.DataFrame:
        """One column of codes per item, in the order of `asked.rows`; missing where not asked or left out."""
        response = asked.true + asked.rest * rng.normal(size=asked.true.shape)
        chance = rng.random(asked.true.shape)
        codes = {}
        for column, item in enumerate(asked.items):
            here = asked.rows["occasion"].isin(self.instrument.codebook.item(item).occasions)
            given = here & (chance[:, column] >= self.item_missing[item])
            codes[item] = self._codes(asked, item, response[:, column]).where(given)
        return pd.DataFrame(codes).astype("Int64")

    def _codes(self, asked: Asked, item: str, response: Floats) -> pd.Series:
        rows = asked.rows
        gap = self.instrument.gap(asked.group, item) * (rows["kon"] == GENDERS[0])
        slope = ITEMS[item][1]
        mean = gap + location(slope, rows["occasion"], rows["period"])
        if "months" in rows:
            mean = mean + slope * CHANGE_PER_MONTH * rows["months"]
        above = np.asarray(response + mean)[:, None] > self.instrument.thresholds(item)
        return pd.Series(above.sum(axis=1) + self.instrument.codebook.scale(item).min, index=rows.index)

    def replies(self, rng: np.random.Generator, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Who of those asked answers at all, by the förbund's rate."""
        rate = self.people.forbund["response_rate"].to_numpy()[rows["forbund"]]
        return np.asarray(rng.random(len(rows)) < rate)
