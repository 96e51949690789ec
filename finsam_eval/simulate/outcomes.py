"""Who came to work or studies: the file of participations, with ends and outcomes as far as they are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr

from finsam_eval.simulate.answering import Asked
from finsam_eval.simulate.model import (
    ITEMS,
    OUTCOMES,
    READINESS_ITEM,
    READINESS_LOG_ODDS,
    WOMAN_LOG_ODDS,
    Floats,
    outcome_intercept,
    reliability,
)
from finsam_eval.simulate.people import GENDERS, LAST_DAY, People, dates, pseudonym

WAIT = {"arbete_studier_avslut": 0, "arbete_studier_6man": 182}
"""Days from the end until the outcome is known."""

TIE = 0.7
"""Correlation between what else decides the outcome at the end and six months later."""


def participations(rng: np.random.Generator, people: People, asked: Asked, forbund_effect: Floats) -> pd.DataFrame:
    """deltaganden: of an anonymous participant only gender, insats and start."""
    rows = people.participations
    hidden = rows["anonymous"]
    table = pd.DataFrame(
        {
            "deltagande": rows["deltagande"],
            "person": np.where(hidden, "", [pseudonym(number) for number in rows["person"]]),
            "insats": people.insatser["insats"].to_numpy()[rows["insats"]],
            "kon": rows["kon"],
            "start": dates(rows["start"]),
            "avslut": dates(rows["end"]).where(~hidden & (rows["end"] <= LAST_DAY), ""),
            "anonym": np.where(hidden, "Ja", "Nej"),
        }
    )
    return table.join(_outcomes(rng, asked, forbund_effect)).fillna(dict.fromkeys(OUTCOMES, ""))


def _outcomes(rng: np.random.Generator, asked: Asked, forbund_effect: Floats) -> pd.DataFrame:
    """Ja or Nej by participation, for those who ended so long ago that it is known; else empty."""
    ended = (asked.rows["occasion"] == "avslut").to_numpy()
    rows = asked.rows[ended]
    ready = asked.true[ended, asked.items.index(READINESS_ITEM)] / np.sqrt(reliability(ITEMS[READINESS_ITEM][1]))
    woman = (rows["kon"] == GENDERS[0]).to_numpy()
    log_odds = READINESS_LOG_ODDS * ready + WOMAN_LOG_ODDS * woman + forbund_effect[rows["forbund"]]
    first, second = rng.normal(size=(2, len(rows)))
    luck = {"arbete_studier_avslut": first, "arbete_studier_6man": TIE * first + np.sqrt(1 - TIE**2) * second}
    answers = {}
    for name, chance in luck.items():
        yes = log_odds + outcome_intercept(OUTCOMES[name]) + logit(ndtr(chance)) > 0
        answers[name] = np.where(rows["end"] + WAIT[name] <= LAST_DAY, np.where(yes, "Ja", "Nej"), "")
    return pd.DataFrame(answers, index=rows["participation"])
