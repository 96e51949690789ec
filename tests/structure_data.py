"""Drawn answers to the declared item sets: one opinion behind all, and for some tests an item that women read so."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics.questionnaires import QUESTIONNAIRE
from finsam_eval.psychometrics.structure import Repeated, Structure, repeated, structures

CODEBOOK = load_codebook("nns2015")
PLACE = {"participation": "", "about": "", "at": 0, "wave": 1}


def sheet(answers: pd.DataFrame, occasion: str, group: str = "deltagare", start: int = 0) -> pd.DataFrame:
    """Questionnaires × items, as `sheets_of` makes them, one person a row."""
    rows = [{**PLACE, "respondent": f"p{start + n}", "respondent_group": group} for n in range(len(answers))]
    keys = pd.DataFrame(rows).assign(occasion=occasion)[QUESTIONNAIRE]
    return answers.set_axis(pd.MultiIndex.from_frame(keys))


def drawn(seed: int, items: list[str], n: int = 400, occasion: str = "under") -> pd.DataFrame:
    """Answers on five steps behind which there is one opinion; women and men, one in ten neither."""
    rng = np.random.default_rng(seed)
    opinion = 0.8 * np.random.default_rng(1).normal(size=(n, 1)) + 0.6 * rng.normal(size=(n, 1))
    latent = 0.75 * opinion + 0.66 * rng.normal(size=(n, len(items)))
    answers = pd.DataFrame((latent[:, :, None] > [-1.2, -0.4, 0.3, 1.1]).sum(axis=2) + 1.0, columns=items)
    return sheet(answers, occasion)


def genders(frame: pd.DataFrame, seed: int = 5) -> pd.Series:
    names = np.random.default_rng(seed).choice(["kvinna", "man", "okant"], len(frame), p=[0.5, 0.4, 0.1])
    return pd.Series(names, index=frame.index)


def set_items(name: str) -> list[str]:
    """The items of a declared set."""
    return next(item_set.items for item_set in CODEBOOK.item_sets if item_set.id == name)


@cache
def with_dif() -> tuple[list[Structure], list[Repeated]]:
    """Both declared sets; at exit most women answer K06b a step lower than men who else answer alike."""
    sheets = {
        ("deltagare", "under"): drawn(2, set_items("under")),
        ("deltagare", "avslut"): drawn(3, set_items("avslut"), n=600, occasion="avslut"),
    }
    gender = pd.concat([genders(frame) for frame in sheets.values()])
    late = sheets["deltagare", "avslut"]
    often = np.where(late["K06b"] == 5, 0.7, 1.0)
    women = (gender.reindex(late.index) == "kvinna") & (np.random.default_rng(8).random(len(late)) < often)
    late.loc[women, "K06b"] = (late.loc[women, "K06b"] - 1).clip(lower=1)
    found = structures(sheets, gender, CODEBOOK)
    return found, list(repeated(found, CODEBOOK))


def too_few(kept: int = 0) -> list[Structure]:
    """One set that only so many answered."""
    few = drawn(2, set_items("under")).copy()
    few.iloc[kept:] = np.nan
    return structures({("deltagare", "under"): few}, genders(few), CODEBOOK)


def two_things() -> list[Structure]:
    """One set that measures two things: the first three items one, the others another."""
    items = set_items("under")
    first, second = drawn(2, items), drawn(9, items)
    mixed = first.copy()
    rng = np.random.default_rng(4)
    mixed[items[3:]] = second[items[3:]].to_numpy()[rng.permutation(len(second))]
    return structures({("deltagare", "under"): mixed}, genders(mixed), CODEBOOK)
