"""The truth of one simulated country: what a method applied to its files is judged against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finsam_eval.simulate import model
from finsam_eval.simulate.answering import World
from finsam_eval.simulate.model import FORBUND_SHARE, INSATS_SHARE, ITEMS, OCCASIONS, OUTCOMES, Floats


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a method is judged against. Nothing here is in the raw files.

    Latent numbers are on the scale of the latent response (variance 1) or of θ (variance 1), as said.
    `slopes`, `thresholds`, `item_missing` : by item; thresholds lowest first, missing as a probability.
    `forbund_effect`, `insats_effect` : the units' true part of θ, by id.
    `top_two` : share in the scale's top codes in the population, by (group, item, occasion).
    `forbund_top_two` : the same for a förbund's participants as they are spread over its insatser, by
    (förbund, item, occasion).
    `gender_gap` : women minus men among participants, latent, by item; another or unknown gender answers as men.
    `dif` : the one item that they read very differently, → the same gap; the others' gaps are slight or none.
    `gender_gap_top_two` : the same as shares, by (item, occasion).
    `improvement`, `trend` : under → avslut and first → second half-year, in θ.
    `change_per_month` : of θ, from the answer under the insats on, in those asked anew every one to three months.
    `returning` : correlation between codes of one person at two of those rounds, by participant's and staff's item.
    `icc_forbund`, `icc_insats` : correlation between the codes of two participants of the same förbund but different
    insatser, and of the same insats, by item.
    `retest`, `dyad` : correlation between codes, by item asked under and by (participant's item, staff's, occasion).
    All correlations hold within one gender and half-year.
    `response_rate` : probability that one who is invited answers, by förbund.
    `outcome_intercept` : log odds of Ja by outcome, at readiness 0, for a man in a förbund without effect.
    `outcome_log_odds` : what one SD of readiness and being a woman adds; `outcome_forbund` : what the förbund adds.
    `outcome_share` : share of Ja in the population, by outcome.
    `outcome_auc` : AUC of the answer at the exit that readiness is made of, by outcome.
    `panel_share` : share of a panel's group that rates in the upper steps in the first round, by (item, aspect, group).
    `key` : the public demo key of the pseudonyms.
    """

    slopes: dict[str, float]
    thresholds: dict[str, tuple[float, ...]]
    item_missing: dict[str, float]
    forbund_effect: dict[str, float]
    insats_effect: dict[str, float]
    top_two: dict[tuple[str, str, str], float]
    forbund_top_two: dict[tuple[str, str, str], float]
    gender_gap: dict[str, float]
    dif: dict[str, float]
    gender_gap_top_two: dict[tuple[str, str], float]
    improvement: float
    trend: float
    change_per_month: float
    returning: dict[str, float]
    icc_forbund: dict[str, float]
    icc_insats: dict[str, float]
    retest: dict[str, float]
    dyad: dict[tuple[str, str, str], float]
    response_rate: dict[str, float]
    outcome_intercept: dict[str, float]
    outcome_log_odds: dict[str, float]
    outcome_forbund: dict[str, float]
    outcome_share: dict[str, float]
    outcome_auc: dict[str, float]
    panel_share: dict[tuple[str, str, str], float]
    key: str


def tell(world: World, outcome_forbund: Floats, panel_share: dict[tuple[str, str, str], float]) -> Truth:
    """Return the truth of a world whose förbund add `outcome_forbund` to the log odds of the outcomes."""
    instrument, forbund, insatser = world.instrument, world.people.forbund, world.people.insatser
    own, again = instrument.asked("deltagare"), instrument.asked("deltagare", "under")
    moments = [(g, i, o) for g in OCCASIONS for i in instrument.asked(g) for o in instrument.moments(i, g)]
    mine = [(item, occasion) for group, item, occasion in moments if group == "deltagare"]
    return Truth(
        slopes={item: slope for item, (_, slope) in ITEMS.items()},
        thresholds={item: tuple(instrument.thresholds(item).tolist()) for item in ITEMS},
        item_missing=dict(world.item_missing),
        forbund_effect=dict(zip(forbund["forbund"], forbund["effect"].tolist(), strict=True)),
        insats_effect=dict(zip(insatser["insats"], insatser["effect"].tolist(), strict=True)),
        top_two={(g, i, o): model.population_top_two(instrument, g, i, o) for g, i, o in moments},
        forbund_top_two=_forbund_top_two(world, mine),
        gender_gap={item: instrument.gap("deltagare", item) for item in own},
        dif=dict([model.READ_DIFFERENTLY]),
        gender_gap_top_two={(i, o): model.gender_gap_top_two(instrument, i, o) for i, o in mine},
        improvement=model.IMPROVEMENT,
        trend=model.TREND,
        change_per_month=model.CHANGE_PER_MONTH,
        returning=model.returning(instrument),
        icc_forbund={i: model.within(instrument, i, ITEMS[i][1] ** 2 * FORBUND_SHARE) for i in own},
        icc_insats={i: model.within(instrument, i, ITEMS[i][1] ** 2 * (FORBUND_SHARE + INSATS_SHARE)) for i in own},
        retest={i: model.within(instrument, i, model.reliability(ITEMS[i][1])) for i in again},
        dyad=model.dyads(instrument),
        response_rate=dict(zip(forbund["forbund"], forbund["response_rate"].tolist(), strict=True)),
        outcome_intercept={name: model.outcome_intercept(share) for name, share in OUTCOMES.items()},
        outcome_log_odds={"readiness": model.READINESS_LOG_ODDS, "kvinna": model.WOMAN_LOG_ODDS},
        outcome_forbund=dict(zip(forbund["forbund"], outcome_forbund.tolist(), strict=True)),
        outcome_share=dict(OUTCOMES),
        outcome_auc={name: model.outcome_auc(instrument, share) for name, share in OUTCOMES.items()},
        panel_share=panel_share,
        key=model.DEMO_KEY,
    )


def _forbund_top_two(world: World, moments: list[tuple[str, str]]) -> dict[tuple[str, str, str], float]:
    people = world.people
    named = people.participations[~people.participations["anonymous"]]
    effects = people.insatser["effect"] + people.forbund["effect"].to_numpy()[people.insatser["forbund"]]
    sizes = np.bincount(named["insats"], minlength=len(effects))
    shares = {}
    for item, occasion in moments:
        levels = model.unit_top_two(world.instrument, item, occasion, effects.to_numpy())
        for position, name in enumerate(people.forbund["forbund"]):
            here = people.insatser["forbund"].to_numpy() == position
            shares[name, item, occasion] = float(np.average(levels[here], weights=sizes[here]))
    return shares
