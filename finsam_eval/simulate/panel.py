"""A panel that rates the items themselves, in two rounds: how relevant, how clear, how necessary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from finsam_eval.simulate.model import ITEMS, Floats, Instrument
from finsam_eval.simulate.people import pseudonym

GROUPS = {"Deltagare": 6, "Personal": 6, "Politiker": 5, "Forskare": 7}
"""How many there are of each."""

GOOD = {"relevans": 0.95, "tydlighet": 0.93, "nodvandighet": 0.85}
"""Share of the panel that finds an item relevant and clear (3 or 4 of 4), and necessary (3 of 3)."""

DOUBTFUL = {
    "K05b": {"relevans": 0.80, "tydlighet": 0.55, "nodvandighet": 0.60},
    "K07a": {"tydlighet": 0.55},
    "K07b": {"relevans": 0.85, "tydlighet": 0.55},
}
"""The same of items that the instrument itself gives reason to doubt: K05b credits the support with what K05a asks
about, and K07a and K07b say "mer redo" without saying more than when."""

STRANGE = {"Deltagare": -0.5}
"""What it adds to how clear an item is that the group is not asked itself, in SD."""

SEVERITY = 0.15
"""Part of a rating's variance that is the panellist's, whatever the item and the aspect."""

MOVING, PULL = 0.5, 0.6
"""Part of the ratings that are thought over for the second round, and how much nearer to the median they come."""

STAYING, LEFT_OUT = 0.92, 0.01
"""Part of the panel that is there in the second round, part of the ratings left out."""

STEPS = {"relevans": (-1.2, 0.0, 0.9), "tydlighet": (-1.2, 0.0, 0.9), "nodvandighet": (-1.2, 0.0)}
"""Where a rating goes to the next step; at 0 the upper ones begin."""

NECESSITY = {1: "Onödig", 2: "Användbar", 3: "Nödvändig"}

COMMENTS = {
    "K05b": (
        "Här frågas om stödet, förut om mig själv. Det är inte samma sak.",
        "Jag kan ha lärt mig hantera det på annat sätt än genom stödet.",
        "Går inte att jämföra med frågan under insatsen.",
    ),
    "K07a": ("Mer redo än när?", "Den som redan var redo kan inte svara.", "Säg vad det jämförs med."),
    "K07b": ("Mer redo än när, och vems förtjänst?", "Två frågor i en.", "Svårt att veta vad stödet har gjort."),
}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The file, and the true share that rates in the upper steps in the first round, by (item, aspect, group)."""

    ratings: pd.DataFrame
    share: dict[tuple[str, str, str], float]


def convene(rng: np.random.Generator, instrument: Instrument, first_number: int) -> Panel:
    """Let a panel rate every item twice; `first_number` is the first person's that is nobody else's."""
    members = np.repeat(list(GROUPS), list(GROUPS.values()))
    of_group = {group: [[_mean(instrument, *key) for key in _keys(item, group)] for item in ITEMS] for group in GROUPS}
    means = np.array([of_group[group] for group in members])
    severity = np.sqrt(SEVERITY) * rng.normal(size=(len(members), 1, 1))
    first = means + severity + np.sqrt(1 - SEVERITY) * rng.normal(size=means.shape)
    moving = rng.random(first.shape) < MOVING
    second = first + PULL * moving * (np.median(first, axis=0) - first)
    there = rng.random(len(members)) < STAYING
    who = pd.DataFrame({"panellist": [pseudonym(first_number + place) for place in range(len(members))]})
    who = who.assign(grupp=members)
    rounds = [_sheet(rng, who, first, 1), _sheet(rng, who[there], second[there], 2)]
    share = {
        key: float(ndtr(_mean(instrument, *key))) for group in GROUPS for item in ITEMS for key in _keys(item, group)
    }
    return Panel(ratings=_with_comments(rng, pd.concat(rounds, ignore_index=True)), share=share)


def _keys(item: str, group: str) -> list[tuple[str, str, str]]:
    return [(item, aspect, group) for aspect in GOOD]


def _mean(instrument: Instrument, item: str, aspect: str, group: str) -> float:
    asked = group.casefold() in instrument.codebook.item(item).respondent_groups
    strange = STRANGE.get(group, 0.0) if aspect == "tydlighet" and not asked else 0.0
    return float(ndtri(DOUBTFUL.get(item, {}).get(aspect, GOOD[aspect]))) + strange


def _sheet(rng: np.random.Generator, who: pd.DataFrame, latent: Floats, number: int) -> pd.DataFrame:
    """One row per panellist and item of a round; the panellists in an order that tells nothing."""
    order = rng.permutation(len(who))
    rows = who.iloc[order].merge(pd.DataFrame({"omgang": number, "matpunkt": list(ITEMS)}), how="cross")
    left_out = rng.random(latent.shape) < LEFT_OUT
    for place, (aspect, steps) in enumerate(STEPS.items()):
        codes = 1 + (latent[order, :, place, None] > np.array(steps)).sum(axis=-1)
        rows[aspect] = pd.array(codes.ravel(), dtype="Int64")
        rows[aspect] = rows[aspect].mask(left_out[order, :, place].ravel())
    return rows.assign(nodvandighet=rows["nodvandighet"].map(NECESSITY).fillna(""))


def _with_comments(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    told: npt.NDArray[np.object_] = np.full(len(rows), "", dtype=object)
    for item, texts in COMMENTS.items():
        here = np.flatnonzero((rows["matpunkt"] == item) & (rows["omgang"] == 1))
        told[rng.choice(here, size=len(texts), replace=False)] = texts
    return rows.assign(kommentar=told)
