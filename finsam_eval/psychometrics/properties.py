"""Every coefficient that a study's declared item sets, kärnindikatorer, retests and dyads allow, in two tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook, ItemSet
from finsam_eval.cube import latest
from finsam_eval.psychometrics.agreement import exact_agreement, icc, measurement_error, weighted_kappa
from finsam_eval.psychometrics.questionnaires import both_sides, first_hand, in_time, matrix, retests
from finsam_eval.psychometrics.reliability import ITEM_COLUMNS, cronbach_alpha, item_statistics, spearman_brown
from finsam_eval.results import RECORD_COLUMNS, Estimate

ITEM_SET, KARNINDIKATOR, ITEM, DYAD = "item_set", "karnindikator", "item", "dyad"
"""What a coefficient is about: several items, one indicator's items, one item asked twice, two sides of a matter."""

SUBJECT = ["kind", "subject", "label", "respondent_group", "occasion", "statistic"]
COEFFICIENT_COLUMNS = [*SUBJECT, *RECORD_COLUMNS, "k"]
ITEM_TABLE_COLUMNS = ["respondent_group", "occasion", "item_set", *ITEM_COLUMNS]

_TEXT = {*SUBJECT, "method", "status", "reason", "item_set", "item"}
_WHOLE = {"n", "k"}

Row = dict[str, object]


@dataclass(frozen=True)
class MeasurementProperties:
    """What a study can say about the reliability of its own measurement, for the whole country.

    coefficients : one row per subject × statistic, columns of `COEFFICIENT_COLUMNS`.
    items : one row per respondent group × occasion × item × item set, columns of `ITEM_TABLE_COLUMNS`.
    """

    coefficients: pd.DataFrame
    items: pd.DataFrame


def measurement_properties(responses: pd.DataFrame, codebook: Codebook, atoms: Sequence[str]) -> MeasurementProperties:
    """Return the coefficients and item statistics of a study.

    Coefficients take the latest questionnaire of each person, participation and occasion within `atoms`, so that nobody
    counts twice. The item statistics take every answer that is counted elsewhere (of each period its latest wave),
    but item_rest and alpha_if_deleted, which are coefficients. Nothing is reported for a group and occasion that
    nobody answered.

    responses : the table that ingest writes; answers are reversed already.
    atoms : ids of the periods to use, in time order.
    """
    answers = in_time(responses, codebook, atoms)
    sheets, every = (_sheets(chosen, codebook) for chosen in (first_hand(answers), latest(answers)))
    rows = [
        *_item_sets(sheets, codebook),
        *_karnindikatorer(sheets, codebook),
        *_retested(retests(answers), codebook),
        *_dyadic(both_sides(answers, codebook), codebook),
    ]
    tables = [table for key, sheet in sheets.items() for table in _items(sheet, every[key], *key, codebook)]
    return MeasurementProperties(
        _typed(pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)),
        _typed(pd.concat([pd.DataFrame(columns=ITEM_TABLE_COLUMNS, dtype="object"), *tables], ignore_index=True)),
    )


Sheets = dict[tuple[str, str], pd.DataFrame]


def _sheets(answers: pd.DataFrame, codebook: Codebook) -> Sheets:
    """Return respondents × items by group and occasion, in the codebook's order, where anybody answered."""
    sheets = {}
    for group in codebook.groups:
        for occasion in codebook.occasions:
            asked = _asked(codebook, group.id, occasion.id)
            sheet = matrix(answers, group.id, occasion.id, asked)
            if sheet.notna().any(axis=None):
                sheets[group.id, occasion.id] = sheet
    return sheets


def _asked(codebook: Codebook, group: str, occasion: str) -> list[str]:
    return [
        item.id
        for item in codebook.survey_items
        if item.sensitivity == "opinion" and group in item.respondent_groups and occasion in item.occasions
    ]


def _item_sets(sheets: Sheets, codebook: Codebook) -> Iterator[Row]:
    for item_set in codebook.item_sets:
        key = (item_set.respondent_group, item_set.occasion)
        if key in sheets:
            of_set = _cases(sheets[key], item_set, codebook)
            yield _row(ITEM_SET, item_set.id, item_set.label, *key, "alfa", cronbach_alpha(of_set))


def _cases(sheet: pd.DataFrame, item_set: ItemSet, codebook: Codebook) -> pd.DataFrame:
    """Return the set's items for the respondents that its `cases` rule lets in."""
    if item_set.cases == "own":
        return sheet[item_set.items]
    key = (item_set.respondent_group, item_set.occasion)
    declared = [s.items for s in codebook.item_sets if (s.respondent_group, s.occasion) == key]
    return sheet.dropna(subset=list(dict.fromkeys(name for names in declared for name in names)))[item_set.items]


def _karnindikatorer(sheets: Sheets, codebook: Codebook) -> Iterator[Row]:
    for indicator in codebook.karnindikatorer:
        for key, sheet in sheets.items():
            items = [item.id for item in indicator.items if item.id in sheet.columns]
            if items and sheet[items].notna().any(axis=None):
                statistic, found = _together(sheet[items])
                yield _row(KARNINDIKATOR, str(indicator.number), indicator.heading, *key, statistic, found)


def _together(items: pd.DataFrame) -> tuple[str, Estimate]:
    if items.shape[1] == 2:
        return "spearman_brown", spearman_brown(items)
    return "alfa", cronbach_alpha(items)


def _retested(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    for key, part in _ordered(pairs, codebook):
        group, occasion, item = key
        for statistic, found in {**_agreement(part), **_error(part)}.items():
            yield _row(ITEM, item, codebook.item(item).wording, group, occasion, statistic, found)


def _dyadic(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    for key, part in _ordered(pairs, codebook):
        group, occasion, item = key
        label = f"{item} och {codebook.item(item).dyad}"
        for statistic, found in _agreement(part).items():
            yield _row(DYAD, item, label, group, occasion, statistic, found)


def _ordered(pairs: pd.DataFrame, codebook: Codebook) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Give the pairs by group, occasion and item, in the codebook's order."""
    parts = dict(iter(pairs.groupby(["respondent_group", "occasion", "item"])))
    for group in codebook.groups:
        for occasion in codebook.occasions:
            for item in codebook.items:
                key = (group.id, occasion.id, item.id)
                if key in parts:
                    yield key, parts[key]


AGREEMENT: dict[str, Callable[[pd.Series, pd.Series], Estimate]] = {
    "exakt": exact_agreement,
    "vagd_kappa": lambda first, second: weighted_kappa(first, second, "quadratic"),
    "kappa_linjar": lambda first, second: weighted_kappa(first, second, "linear"),
    "icc": lambda first, second: icc(pd.DataFrame({"first": first, "second": second})),
}


def _agreement(pairs: pd.DataFrame) -> dict[str, Estimate]:
    return {name: coefficient(pairs["first"], pairs["second"]) for name, coefficient in AGREEMENT.items()}


def _error(pairs: pd.DataFrame) -> dict[str, Estimate]:
    sdc = measurement_error(pairs["first"], pairs["second"])
    sem = replace(sdc, value=sdc.sem, lower=sdc.sem_lower, upper=sdc.sem_upper, method="SEM (ICC(2,1)), jackknife")
    return {"sem": sem, "sdc": sdc}


def _row(kind: str, subject: str, label: str, group: str, occasion: str, statistic: str, found: Estimate) -> Row:
    record = {name: getattr(found, name) for name in RECORD_COLUMNS}
    place = dict(zip(SUBJECT, (kind, subject, label, group, occasion, statistic), strict=True))
    return {**place, **record, "k": getattr(found, "k", 2 if kind == DYAD else 1)}


def _items(
    sheet: pd.DataFrame, every: pd.DataFrame, group: str, occasion: str, codebook: Codebook
) -> Iterator[pd.DataFrame]:
    """Give the item statistics of each declared set, and of the items that are in none; `every` has all that counts."""
    sets = [s for s in codebook.item_sets if (s.respondent_group, s.occasion) == (group, occasion)]
    place = {"respondent_group": group, "occasion": occasion}
    for item_set in sets:
        everyone = _described(every[item_set.items], codebook)
        within = item_statistics(_cases(sheet, item_set, codebook))[["item_rest", "alpha_if_deleted"]]
        yield everyone.assign(**place, item_set=item_set.id, **{name: within[name] for name in within})
    loose = [name for name in sheet.columns if not any(name in s.items for s in sets)]
    if loose:
        alone = {"item_rest": np.nan, "alpha_if_deleted": np.nan}
        yield _described(every[loose], codebook).assign(**place, item_set="", **alone)


def _described(items: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    ends = {name: (codebook.scale(name).min, codebook.scale(name).max) for name in items.columns}
    return item_statistics(items, ends)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: "str" if name in _TEXT else "int64" if name in _WHOLE else "float64" for name in frame.columns}
    columns = ITEM_TABLE_COLUMNS if "item_set" in frame.columns else COEFFICIENT_COLUMNS
    return frame[columns].astype(kinds)
