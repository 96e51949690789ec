"""A view of invented results, so that tables, figures and sentences can be checked word by word."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from finsam_eval.contrasts.shared import gathered
from finsam_eval.files import save_table
from finsam_eval.results import ALL
from finsam_eval.study import open_study
from finsam_eval.view import View
from tests.small import write_study

NAMES = {"F01": "Ål_vik", "F02": "Örn$kö$ping", "F03": "Åmål <b>"}
SERIES = {"respondent_group": "deltagare", "occasion": "avslut", "item": "K01b", "period": "2025"}
TARGET = {
    "target": float("nan"),
    "outcome": "",
    "verdict": "",
    "probability": float("nan"),
    "short": float("nan"),
    "indicator": "",
}


def record(value: float | None, lower: float = 0.0, upper: float = 1.0, n: int = 50, **other: object) -> dict:
    """One record; with value None it is hidden."""
    shown = {"value": value, "lower": lower, "upper": upper, "n": n, "status": "ok", "reason": ""}
    hidden = {"value": float("nan"), "lower": float("nan"), "upper": float("nan"), "n": 0, "status": "undertryckt"}
    base = {"unit": "F01", **SERIES, "gender": ALL, "against_period": "", "against_gender": "", "statistic": "andel"}
    return {
        **base,
        "level": 0.95,
        "method": "m",
        **TARGET,
        "deff": 1.0,
        "sd": float("nan"),
        **(shown if value is not None else {**hidden, "reason": "r"}),
        **other,
    }


def count(category: str, n: int, detail: str = "fordelning", **other: object) -> dict:
    """One published count."""
    return {"unit": "F01", **SERIES, "gender": ALL, "detail": detail, "category": category, "n": n, **other}


def contrast(statistic: str, value: float | None = 0.7, **other: object) -> dict:
    """One contrast of F01; with value None it is hidden."""
    shown = {"value": value, "lower": 0.6, "upper": 0.8, "status": "ok", "reason": ""}
    hidden = {"value": None, "lower": None, "upper": None, "status": "undertryckt", "reason": "r"}
    base = {"unit": "F01", **SERIES, "period": "2025", "statistic": statistic, "level": 0.95, "method": "m", "n": 50}
    numbers = dict.fromkeys(["centre", "p", "p_adjusted", "reliability", "needed", "tested"])
    return {**base, **numbers, "verdict": "", **(hidden if value is None else shown), **other}


def view(
    folder: Path,
    records: list[dict],
    counts: list[dict] | None = None,
    unit: str = "F01",
    contrasts: list[dict] | None = None,
) -> View:
    """A view of these records, counts and contrasts."""
    study = open_study(folder) if (folder / "study.yaml").exists() else open_study(write_study(folder))
    save_table(gathered([pd.DataFrame(contrasts or [])]), study.released("publik") / "contrasts.parquet")
    policy = {
        "opinion": {"min_n": 10, "min_x": 3},
        "offices_country_only": True,
        "decided_by": "Styr<grupp>",
        "decided_on": "2024-11-15",
    }
    return View(
        study=study,
        profile="publik",
        unit=unit,
        name=NAMES.get(unit, unit),
        records=pd.DataFrame(records),
        counts=pd.DataFrame(counts or [count("1", 1)]),
        names=NAMES,
        facts={
            "policy": policy,
            "released_sha256": "0123456789abcdef9",
            "series": 48,
            "series_without_unknown_gender": 12,
        },
    )
