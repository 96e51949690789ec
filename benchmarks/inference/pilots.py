"""How often is a mätpunkt judged as it deserves? Simulated pilots with items that are good, and bad in one way each.

Seven items of one set, as participants answer them during an insats, judged by the repository's criteria.yaml. A third
of the persons answer twice; a panel of 24 rates relevance and clarity. What is wrong with an item is set well beyond
the limit (`clear`) or just beyond it (`near`); the true value stands beside, from a million persons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.codebook import Codebook, load_codebook
from finsam_eval.criteria import Judging, load_criteria
from finsam_eval.judgement import Proposed, judge, propose
from finsam_eval.psychometrics.agreement import weighted_kappa
from finsam_eval.psychometrics.panel_rows import of_panel
from finsam_eval.psychometrics.properties import ITEM_TABLE_COLUMNS
from finsam_eval.psychometrics.reliability import item_statistics
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS, ITEM, row_of
from finsam_eval.psychometrics.structure_rows import of_structure
from finsam_eval.simulate.model import thresholds

Floats = NDArray[np.float64]

ROOT = Path(__file__).parents[2]
SEED = 20260101
PERSONS = (100, 300, 1000)
GROUP, OCCASION = "deltagare", "under"
LASTING = 0.97
"""Part of what all items have in common, and of what each has for itself, that returns when asked again."""


@dataclass(frozen=True)
class Kind:
    """One item. `noise` is the part of its own variance that is drawn anew, `shift` what being a woman adds, in SD.

    `top` is the share in the two highest steps, `location` what every answer is raised by, in SD.
    """

    name: str
    right: Proposed
    slope: float = 0.78
    top: float = 0.65
    noise: float = 0.0
    shift: float = 0.0
    location: float = 0.0
    relevant: float = 0.95
    clear: float = 0.95


GOOD = Kind("bra", Proposed.KEEP)
SCENARIOS = {
    "clear": [
        GOOD,
        GOOD,
        GOOD,
        Kind("osäker", Proposed.REVISE, slope=0.70, noise=0.9),
        Kind("könsberoende", Proposed.REVISE, shift=-1.0),
        Kind("ovidkommande", Proposed.DROP, relevant=0.35),
        Kind("takslående", Proposed.REVISE, location=1.3),
    ],
    "near": [
        replace(GOOD, relevant=0.90, clear=0.90),
        replace(GOOD, slope=0.70),
        replace(GOOD, top=0.75),
        Kind("osäker", Proposed.REVISE, slope=0.72, noise=0.6),
        Kind("könsberoende", Proposed.REVISE, shift=-0.25),
        Kind("ovidkommande", Proposed.DROP, relevant=0.55),
        Kind("takslående", Proposed.REVISE, location=0.83),
    ],
}


def run(replicates: int) -> pd.DataFrame:
    """Return one row per scenario, kind of item and number of persons: how often each is proposed, in per cent.

    `false_drop` is the share of pilots in which an item of the kind is dropped that should not be; `kappa` and
    `ceiling` are the kind's true values.
    """
    codebook, judging = load_codebook("nns2015"), load_criteria(ROOT / "criteria.yaml").judging
    assert judging is not None
    found = pd.concat(
        [
            _size(place, persons, scenario, kinds, codebook, judging, replicates)
            for scenario, kinds in SCENARIOS.items()
            for place, persons in enumerate(PERSONS)
        ],
        ignore_index=True,
    )
    return found.merge(truth(codebook), on=["scenario", "item"], how="left")


def _size(
    place: int, persons: int, scenario: str, kinds: list[Kind], codebook: Codebook, judging: Judging, replicates: int
) -> pd.DataFrame:
    seed = [SEED, list(SCENARIOS).index(scenario), place]
    got = np.array(
        [
            _proposals(np.random.default_rng([*seed, number]), kinds, persons, codebook, judging)
            for number in range(replicates)
        ]
    )
    rows = []
    for name in dict.fromkeys(kind.name for kind in kinds):
        columns = [position for position, kind in enumerate(kinds) if kind.name == name]
        right = kinds[columns[0]].right
        shares = {str(what): 100 * (got[:, columns] == what).mean() for what in Proposed}
        error = 100 * (got[:, columns] == right).mean(axis=1).std(ddof=1) / replicates**0.5
        false_drop = shares[Proposed.DROP] if right != Proposed.DROP else float("nan")
        told = {"scenario": scenario, "n": persons, "item": name, "right": str(right)}
        rows.append({**told, **shares, "right_se": error, "false_drop": false_drop})
    return pd.DataFrame(rows).assign(replicates=replicates, seed=SEED)


def _proposals(
    rng: np.random.Generator, kinds: list[Kind], persons: int, codebook: Codebook, judging: Judging
) -> list[str]:
    items = next(item_set.items for item_set in codebook.item_sets if item_set.id == OCCASION)
    once, again, women = answers(rng, kinds, items, persons, codebook)
    gender = pd.Series(np.where(women, "kvinna", "man"), index=once.index)
    twice = rng.permutation(persons)[: persons // 3]
    rows = [
        row_of(
            ITEM, name, "", GROUP, OCCASION, "vagd_kappa",
            weighted_kappa(once[name].iloc[twice], again[name].iloc[twice], "quadratic"),
        )
        for name in items
    ]  # fmt: skip
    rows += of_structure({(GROUP, OCCASION): once}, gender, codebook)
    rows += of_panel(_ratings(rng, kinds, items), codebook)
    scales = {name: (codebook.scale(name).min, codebook.scale(name).max) for name in items}
    table = item_statistics(once, scales).assign(respondent_group=GROUP, occasion=OCCASION, item_set=OCCASION)
    judged = judge(pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS), table[ITEM_TABLE_COLUMNS], codebook, judging)
    return list(propose(judged, judging).set_index("item").loc[items, "proposal"])


def answers(
    rng: np.random.Generator, kinds: list[Kind], items: list[str], persons: int, codebook: Codebook
) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.bool_]]:
    """Return the answers at two occasions, persons × items, and who is a woman."""
    women = rng.random(persons) < 0.57
    slopes = np.array([kind.slope for kind in kinds])
    noise = np.array([kind.noise for kind in kinds])
    common = _twice(rng, (persons, 1), np.array([1 - LASTING]))
    own = _twice(rng, (persons, len(kinds)), np.maximum(noise, 1 - LASTING))
    shift = np.outer(women, [kind.shift for kind in kinds]) + np.array([kind.location for kind in kinds])
    sheets = [
        pd.DataFrame(
            _coded(slopes * both + np.sqrt(1 - slopes**2) * one + shift, kinds, items, codebook), columns=items
        )
        for both, one in zip(common, own, strict=True)
    ]
    return sheets[0], sheets[1], women


def _twice(rng: np.random.Generator, shape: tuple[int, int], anew: Floats) -> tuple[Floats, Floats]:
    """Return two draws of variance 1, of which the part `anew` is drawn twice."""
    lasting = rng.normal(size=shape)
    first, second = (np.sqrt(1 - anew) * lasting + np.sqrt(anew) * rng.normal(size=shape) for _ in range(2))
    return first, second


def _coded(latent: Floats, kinds: list[Kind], items: list[str], codebook: Codebook) -> Floats:
    cuts = [thresholds(kind.top, codebook.scale(name)) for kind, name in zip(kinds, items, strict=True)]
    lowest = [codebook.scale(name).min for name in items]
    columns = [low + (latent[:, [j]] > cuts[j]).sum(axis=1) for j, low in enumerate(lowest)]
    return np.column_stack(columns).astype(float)


def _ratings(rng: np.random.Generator, kinds: list[Kind], items: list[str]) -> pd.DataFrame:
    groups = ["deltagare", "personal", "politiker", "forskare"]
    parts = []
    for aspect, field in (("relevans", "relevant"), ("tydlighet", "clear")):
        for kind, name in zip(kinds, items, strict=True):
            good = rng.random(24) < getattr(kind, field)
            rating = np.where(good, rng.integers(3, 5, 24), rng.integers(1, 3, 24))
            who = {"panellist": [f"p{i}" for i in range(24)], "panel_group": [groups[i % 4] for i in range(24)]}
            parts.append(pd.DataFrame({**who, "round": 1, "item": name, "aspect": aspect, "rating": rating}))
    return pd.concat(parts, ignore_index=True)


def truth(codebook: Codebook) -> pd.DataFrame:
    """Return each kind's true retest kappa and ceiling, from a million persons; of several good items the mean."""
    items = next(item_set.items for item_set in codebook.item_sets if item_set.id == OCCASION)
    rows = []
    for scenario, kinds in SCENARIOS.items():
        once, again, _ = answers(np.random.default_rng(SEED), kinds, items, 1_000_000, codebook)
        for kind, name in zip(kinds, items, strict=True):
            covariance = np.cov(once[name], again[name])
            apart = (once[name].mean() - again[name].mean()) ** 2
            kappa = 2 * covariance[0, 1] / (covariance[0, 0] + covariance[1, 1] + apart)
            rows.append([scenario, kind.name, kappa, (once[name] == codebook.scale(name).max).mean()])
    table = pd.DataFrame(rows, columns=["scenario", "item", "kappa", "ceiling"])
    return table.groupby(["scenario", "item"], as_index=False).mean()
