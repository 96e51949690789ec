"""The coefficients of a panel that has judged the questions: item by item, group by group, and of the whole set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.rows import ITEM, Row, row_of
from finsam_eval.psychometrics.validity.content import CHANCE, content_validity, lawshe
from finsam_eval.psychometrics.validity.delphi import compare_rounds
from finsam_eval.psychometrics.validity.panel_groups import panel_agreement, panel_groups
from finsam_eval.psychometrics.validity.panels import ASPECTS, CLARITY, NECESSITY, RELEVANCE, checked_long, of_round
from finsam_eval.results import RECORD_COLUMNS, Estimate, Status, no_value

PANEL = "panel"
"""What a coefficient is about: a panel's judgement of the whole set of items, subject the aspect it judged."""

I_CVI = {RELEVANCE: "i_cvi", CLARITY: "tydlighet"}
"""The statistic that holds the share who rate 3 or 4, by aspect."""

NO_LIMITS = "Andelen frågor där alla är eniga har inget intervall; den sjunker ju fler panelen är."
KAPPA = "Modifierad kappa (Polit, Beck och Owen 2007)"
ADJUSTED = "Fisher–Freeman–Halton, exakt; p justerat över frågorna (Benjamini–Hochberg)"
NET = "Hälften av ändringarna i svarens fördelning, som andel av panelen (Scheibe m.fl. 1975)"
SHIFT = "Exakt test av förskjutning mellan omgångarna (teckenbyten)"
SPREAD = "Avstånd mellan kvartilerna, skalsteg, sista omgången"


def of_panel(ratings: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give the coefficients of a panel's ratings, in the codebook's order; group and occasion are empty.

    Of each item the last round in which it was rated counts; where there is an earlier one, the two are compared. An
    item that nobody was asked about has no rows, one that nobody answered has a status.

    ratings : the table `ratings`, one row per panellist × round × item × aspect; a missing rating is no answer.

    Raises
    ------
    WrongShape
        When a column is missing, a rating is not on its scale, is doubled, or a panellist is in several groups.
    UnknownName
        For an item that is not in the codebook, or another aspect.
    """
    rows = checked_long(ratings)
    for name in pd.unique(rows["item"]):
        codebook.item(str(name))
    for aspect in (RELEVANCE, CLARITY):
        if (rows["aspect"] == aspect).any():
            yield from _shares(rows, aspect, codebook)
    if (rows["aspect"] == RELEVANCE).any():
        yield from _of_groups(rows, codebook)
    if (rows["aspect"] == NECESSITY).any():
        yield from _necessity(rows, codebook)
    yield from _rounds(rows, codebook)


def _shares(rows: pd.DataFrame, aspect: str, codebook: Codebook) -> Iterator[Row]:
    wide, label = _wide(rows, aspect, codebook), ASPECTS[aspect].label
    found = content_validity(wide, aspect=aspect)
    for _, row in found.items.iterrows():
        yield _item(row["item"], I_CVI[aspect], _estimate(row), codebook)
        if aspect == RELEVANCE:
            yield _item(row["item"], "kappa_modifierad", _number(row, "kappa", KAPPA, CHANCE), codebook)
    whole = {"s_cvi_ave": found, "s_cvi_ua": _universal(found), "samstammighet": panel_agreement(wide, aspect=aspect)}
    for statistic, estimate in whole.items():
        yield row_of(PANEL, aspect, label, "", "", statistic, estimate)
    for group, part in _groups(rows, wide).items():
        own = content_validity(part, aspect=aspect)
        for _, row in own.items.iterrows():
            yield _item(row["item"], f"{I_CVI[aspect]}:{group}", _estimate(row), codebook)
        yield row_of(PANEL, aspect, label, "", "", f"s_cvi_ave:{group}", own)
        yield row_of(PANEL, aspect, label, "", "", f"s_cvi_ua:{group}", _universal(own))


def _of_groups(rows: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give each item's largest difference between two groups, and whether the groups differ at all.

    n of a difference is that of the smaller group: what must not be told of that group is told by the difference too.
    """
    wide = _wide(rows, RELEVANCE, codebook)
    if len(_groups(rows, wide)) < 2:
        return
    sizes = {name: part.notna().sum() for name, part in _groups(rows, wide).items()}
    found = panel_groups(wide, _group_of(rows, wide))
    for _, row in found.items.iterrows():
        pairs = found.pairs[(found.pairs["item"] == row["item"]) & (found.pairs["status"] == Status.OK)]
        largest = pairs.loc[pairs["value"].astype("float64").abs().idxmax()] if len(pairs) else row
        smaller = min(
            (sizes[name][row["item"]] for name in (largest.get("first"), largest.get("second")) if name), default=0
        )
        yield _item(row["item"], "gruppskillnad", _difference(largest, smaller, found.level), codebook)
        yield _item(row["item"], "gruppskillnad_p", _number(row, "p_adjusted", ADJUSTED, level=found.level), codebook)


def _necessity(rows: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    for _, row in lawshe(_wide(rows, NECESSITY, codebook)).items.iterrows():
        yield _item(row["item"], "cvr", _estimate(row), codebook)
        yield _item(row["item"], "cvr_krav", _number(row, "critical", row["method"]), codebook)


def _rounds(rows: pd.DataFrame, codebook: Codebook) -> Iterator[Row]:
    """Give how each item's relevance moved between the last two rounds in which it was rated."""
    rated = rows[(rows["aspect"] == RELEVANCE) & rows["rating"].notna()]
    ends = rated.groupby("item")["round"].agg(lambda rounds: tuple(sorted(set(rounds))[-2:]))
    for pair in sorted({pair for pair in ends if len(pair) == 2}):
        same = rows[rows["item"].isin(ends.index[ends == pair])]
        first, second = (_in_order(of_round(same, RELEVANCE, at), codebook) for at in pair)
        for _, row in compare_rounds(first, second).items.iterrows():
            yield _item(row["item"], "delphi_andrat", _estimate(row), codebook)
            yield _item(row["item"], "delphi_netto", _number(row, "net", NET), codebook)
            yield _item(row["item"], "delphi_p", _number(row, "p", SHIFT), codebook)
            yield _item(row["item"], "delphi_spridning", _number(row, "spread", SPREAD), codebook)


def _item(item: str, statistic: str, found: Estimate, codebook: Codebook) -> Row:
    return row_of(ITEM, item, codebook.item(item).wording, "", "", statistic, found)


def _wide(rows: pd.DataFrame, aspect: str, codebook: Codebook) -> pd.DataFrame:
    return _in_order(of_round(rows, aspect), codebook)


def _in_order(wide: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    return wide[[item.id for item in codebook.items if item.id in wide.columns]]


def _group_of(rows: pd.DataFrame, wide: pd.DataFrame) -> pd.Series:
    groups: pd.Series = rows.drop_duplicates("panellist").set_index("panellist")["panel_group"].reindex(wide.index)
    return groups


def _groups(rows: pd.DataFrame, wide: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return each group's own ratings, in the order the groups come in the table."""
    names = _group_of(rows, wide)
    ordered = [str(name) for name in pd.unique(rows["panel_group"].dropna()) if str(name)]
    return {name: wide[(names == name).to_numpy()] for name in ordered if (names == name).any()}


def _estimate(row: pd.Series) -> Estimate:
    record = {name: row[name] for name in RECORD_COLUMNS}
    missing = {name: None for name in ("value", "lower", "upper") if pd.isna(record[name])}
    return Estimate(**{**record, **missing})


def _number(row: pd.Series, name: str, method: str, reason: str = "", level: float | None = None) -> Estimate:
    """Return a number that stands beside an item's record and has no interval."""
    at = float(row["level"]) if level is None else level
    if row["status"] != Status.OK or pd.isna(row[name]):
        status = Status.NOT_APPLICABLE if row["status"] == Status.OK else row["status"]
        return no_value(status, row["reason"], method=method, n=int(row["n"]), level=at)
    return Estimate(
        value=float(row[name]), lower=None, upper=None, level=at, method=method, n=int(row["n"]), reason=reason
    )


def _difference(row: pd.Series, n: int, level: float) -> Estimate:
    if row["status"] != Status.OK or "first" not in row.index:
        return no_value(Status.NOT_COMPARABLE, row["reason"], method=str(row["method"]), n=n, level=level)
    return replace(_estimate(row), n=int(n), method=f"{row['first']} − {row['second']}: {row['method']}")


def _universal(found: Estimate) -> Estimate:
    value = getattr(found, "s_cvi_ua", None)
    if value is None:
        return no_value(found.status, found.reason, method="S-CVI/UA", n=found.n, level=found.level)
    return Estimate(
        value=value, lower=None, upper=None, level=found.level, method="S-CVI/UA", n=found.n, reason=NO_LIMITS
    )
