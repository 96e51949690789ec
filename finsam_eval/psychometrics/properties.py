"""Every coefficient that a study's declared item sets, kärnindikatorer, retests and dyads allow, in two tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook, ItemSet
from finsam_eval.cube import latest
from finsam_eval.psychometrics.means import of_forbund
from finsam_eval.psychometrics.omega import omega_hierarchical, omega_total
from finsam_eval.psychometrics.ordinal import omega_categorical, ordinal_alpha
from finsam_eval.psychometrics.pairs import dyadic, retested
from finsam_eval.psychometrics.questionnaires import QUESTIONNAIRE, both_sides, first_hand, in_time, matrix, retests
from finsam_eval.psychometrics.reliability import (
    ITEM_COLUMNS,
    Reliability,
    cronbach_alpha,
    item_statistics,
    spearman_brown,
)
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS, ITEM_SET, KARNINDIKATOR, SUBJECT, Row, row_of
from finsam_eval.results import Estimate

ITEM_TABLE_COLUMNS = ["respondent_group", "occasion", "item_set", *ITEM_COLUMNS]

_TEXT = {*SUBJECT, "method", "status", "reason", "item_set", "item"}
_WHOLE = {"n", "k"}

CONSISTENCY: dict[str, Callable[[pd.DataFrame], Reliability]] = {
    "alfa": cronbach_alpha,
    "ordinal_alfa": ordinal_alpha,
    "omega_total": omega_total,
    "omega_hierarkisk": omega_hierarchical,
    "omega_kategorisk": omega_categorical,
}
"""What is computed of each declared item set."""


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
    sheets, every = (sheets_of(chosen, codebook) for chosen in (first_hand(answers), latest(answers)))
    rows = [
        *_item_sets(sheets, codebook),
        *_karnindikatorer(sheets, codebook),
        *retested(retests(answers), codebook),
        *dyadic(both_sides(answers, codebook), codebook),
        *_forbund(sheets, first_hand(answers), codebook),
    ]
    tables = [table for key, sheet in sheets.items() for table in _items(sheet, every[key], *key, codebook)]
    return MeasurementProperties(
        typed(pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)),
        typed(pd.concat([pd.DataFrame(columns=ITEM_TABLE_COLUMNS, dtype="object"), *tables], ignore_index=True)),
    )


Sheets = dict[tuple[str, str], pd.DataFrame]


def sheets_of(answers: pd.DataFrame, codebook: Codebook) -> Sheets:
    """Return questionnaires × items by group and occasion, in the codebook's order, where anybody answered."""
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
            of_set = set_of(sheets[key], item_set, codebook)
            for statistic, coefficient in CONSISTENCY.items():
                yield row_of(ITEM_SET, item_set.id, item_set.label, *key, statistic, coefficient(of_set))


def set_of(sheet: pd.DataFrame, item_set: ItemSet, codebook: Codebook) -> pd.DataFrame:
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
                yield row_of(KARNINDIKATOR, str(indicator.number), indicator.heading, *key, statistic, found)


def _together(items: pd.DataFrame) -> tuple[str, Estimate]:
    if items.shape[1] == 2:
        return "spearman_brown", spearman_brown(items)
    return "alfa", cronbach_alpha(items)


def _forbund(sheets: Sheets, answers: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give the coefficients of förbund's means, of groups that are more than one or a few known persons in each."""
    where = answers.drop_duplicates(QUESTIONNAIRE).set_index(QUESTIONNAIRE)["forbund"]
    if where.nunique() < 2:
        return
    for (group, occasion), sheet in sheets.items():
        if not next(known.holds_office for known in codebook.groups if known.id == group):
            yield from of_forbund(sheet, where.reindex(sheet.index), group, occasion, codebook)


def _items(
    sheet: pd.DataFrame, every: pd.DataFrame, group: str, occasion: str, codebook: Codebook
) -> Iterator[pd.DataFrame]:
    """Give the item statistics of each declared set, and of the items that are in none; `every` has all that counts."""
    sets = [s for s in codebook.item_sets if (s.respondent_group, s.occasion) == (group, occasion)]
    place = {"respondent_group": group, "occasion": occasion}
    for item_set in sets:
        everyone = _described(every[item_set.items], codebook)
        within = item_statistics(set_of(sheet, item_set, codebook))[["item_rest", "alpha_if_deleted"]]
        yield everyone.assign(**place, item_set=item_set.id, **{name: within[name] for name in within})
    loose = [name for name in sheet.columns if not any(name in s.items for s in sets)]
    if loose:
        alone = {"item_rest": np.nan, "alpha_if_deleted": np.nan}
        yield _described(every[loose], codebook).assign(**place, item_set="", **alone)


def _described(items: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    ends = {name: (codebook.scale(name).min, codebook.scale(name).max) for name in items.columns}
    return item_statistics(items, ends)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return coefficients or item statistics with the same types of columns, whatever rows there are."""
    kinds = {name: "str" if name in _TEXT else "int64" if name in _WHOLE else "float64" for name in frame.columns}
    columns = ITEM_TABLE_COLUMNS if "item_set" in frame.columns else COEFFICIENT_COLUMNS
    return frame[columns].astype(kinds)
