"""What a panel says of the questions, as tables; None where no panel has been asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import headings, said
from finsam_eval.psychometrics.panel_rows import PANEL
from finsam_eval.psychometrics.rows import ITEM
from finsam_eval.psychometrics.validity.content import evaluation
from finsam_eval.psychometrics.validity.delphi import MOVED, agreed, settled
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, MINUS, decimal, percent, percent_interval, points, points_interval, whole
from finsam_eval.tables.reliability import grouped, value_cell
from finsam_eval.tables.shared import Table, cell, item_label, shown

FEW = "för få"
WHOLE = "Hela panelen"

Found = dict[str, pd.Series]


def content_validity(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question: how many of the panel find it relevant, clear and needed."""
    rows = [
        [
            item_label(codebook.item(item)),
            _count(found.get("i_cvi", found.get("cvr"))),
            _share(found.get("i_cvi")),
            _kappa(found.get("kappa_modifierad")),
            _share(found.get("tydlighet")),
            _needed(found),
        ]
        for item, found in _items(coefficients, "i_cvi", "cvr", "tydlighet")
    ]
    columns = headings("Fråga", "Bedömare", "Relevant (I-CVI)", "Kappa", "Tydlig", "Nödvändig (CVR)")
    return Table(said("Panelens omdöme om varje fråga (95-procentsintervall)"), columns, rows) if rows else None


def panel_groups(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question: how many of each panel group find it relevant, and whether they differ; None where all hide."""
    names = _group_names(coefficients, "i_cvi")
    rows = [
        [
            item_label(codebook.item(item)),
            *(_share(found.get(f"i_cvi:{name}")) for name in names),
            _largest(found.get("gruppskillnad")),
            _differ(found.get("gruppskillnad_p")),
        ]
        for item, found in _items(coefficients, *(f"i_cvi:{name}" for name in names))
    ]
    rows = shown(rows, slice(1, 1 + len(names)))
    columns = [
        said("Fråga"),
        *(said(name).capitalize() for name in names),
        *headings("Största skillnad, procentenheter", "Skiljer grupperna sig?"),
    ]
    return Table(said("Relevans enligt varje grupp i panelen (95-procentsintervall)"), columns, rows) if rows else None


def panels(coefficients: pd.DataFrame) -> Table | None:
    """Of the whole set: the two indices, of the panel and each of its groups, and how alike the panel rates."""
    rows = []
    for _, part in coefficients[coefficients["kind"] == PANEL].groupby("subject", sort=False):
        found = {row["statistic"]: row for _, row in part.iterrows()}
        label = said(str(part["label"].iloc[0]))
        rows.append([label, said(WHOLE), *_indices(found, ""), value_cell(found.get("samstammighet"))])
        for name in _group_names(part, "s_cvi_ave"):
            rows.append([label, said(name).capitalize(), *_indices(found, f":{name}"), DASH])
    columns = headings(
        "Omdöme", "Vilka", "Bedömare", "I snitt (S-CVI/Ave)", "Alla eniga (S-CVI/UA)", "Samstämmighet (AC2)"
    )
    return Table(said("Panelens omdöme om frågorna tillsammans"), columns, rows) if rows else None


def delphi(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question rated in two rounds: who changed their minds, and whether the panel has settled and agrees."""
    rows = [
        [
            item_label(codebook.item(item)),
            _count(found["delphi_andrat"]),
            _share(found["delphi_andrat"]),
            _cell(found["delphi_netto"], lambda row: percent(row["value"])),
            _cell(found["delphi_p"], lambda row: _p(row["value"])),
            _settled(found),
            _agreed(found),
        ]
        for item, found in _items(coefficients, "delphi_andrat")
    ]
    columns = headings("Fråga", "I båda", "Har ändrat sig", "Förskjutning", "p", "Stabil", "Enig")
    return Table(said("De två sista omgångarna jämförda"), columns, rows) if rows else None


def _items(coefficients: pd.DataFrame, *statistics: str) -> Iterator[tuple[str, Found]]:
    """Give the coefficients of each item that has any of `statistics`."""
    for (_, _, item), found in grouped(coefficients, ITEM):
        if any(name in found for name in statistics):
            yield item, found


def _group_names(rows: pd.DataFrame, statistic: str) -> list[str]:
    """Return the panel groups that have a statistic of their own, in order."""
    names = rows.loc[rows["statistic"].str.startswith(f"{statistic}:"), "statistic"]
    return [str(name) for name in pd.unique(names.str.removeprefix(f"{statistic}:"))]


def _indices(found: Found, of: str) -> list[str]:
    average, universal = found.get(f"s_cvi_ave{of}"), found.get(f"s_cvi_ua{of}")
    return [_count(average), _share(average), DASH if universal is None else _cell(universal, _percent)]


def _cell(row: pd.Series, write: Callable[[pd.Series], str]) -> str:
    if row["status"] == Status.NO_DATA and pd.notna(row["n"]) and row["n"] > 0:
        return said(FEW)
    return cell(row.to_frame().T, write)


def _percent(row: pd.Series) -> str:
    return percent(row["value"])


def _share(row: pd.Series | None) -> str:
    """Return a share with its limits: "88 % (47–100 %)"."""
    if row is None:
        return DASH
    return _cell(row, lambda one: f"{percent(one['value'])} ({percent_interval(one['lower'], one['upper'])})")


def _kappa(row: pd.Series | None) -> str:
    if row is None:
        return DASH
    return _cell(row, lambda one: f"{decimal(one['value'], 2)}, {said(evaluation(one['value']))}")


def _needed(found: Found) -> str:
    ratio, least = found.get("cvr"), found.get("cvr_krav")
    if ratio is None:
        return DASH
    told = _cell(ratio, lambda row: decimal(row["value"], 2))
    if ratio["status"] != Status.OK or least is None or least["status"] == Status.SUPPRESSED:
        return told
    if least["status"] != Status.OK:
        return said("{ratio}, för få för ett krav", ratio=told)
    reached = ratio["value"] >= least["value"] - 1e-9
    words = "{ratio}, når {least}" if reached else "{ratio}, når inte {least}"
    return said(words, ratio=told, least=decimal(least["value"], 2))


def _largest(row: pd.Series | None) -> str:
    if row is None:
        return DASH
    if row["status"] != Status.OK:
        return _cell(row, _percent)
    if round(100 * row["value"]) == 0:
        return said("ingen")
    return f"{pair(row)}: {points(row['value'])} ({points_interval(row['lower'], row['upper'])})"


def pair(row: pd.Series) -> str:
    """Return the two groups that differ most: "deltagare − forskare"."""
    return f" {MINUS} ".join(said(name) for name in str(row["method"]).split(":")[0].split(f" {MINUS} "))


def _differ(row: pd.Series | None) -> str:
    if row is None:
        return DASH
    return _cell(row, lambda one: f"{said('ja' if one['value'] < MOVED else 'inte säkerställt')}, p {_p(one['value'])}")


def _p(value: float) -> str:
    return f"<{decimal(0.01, 2)}" if value < 0.005 else decimal(value, 2)


def _settled(found: Found) -> str:
    net, p = found["delphi_netto"], found["delphi_p"]
    return _cell(net, lambda row: said("ja" if settled(row["value"], p["value"]) else "nej"))


def _agreed(found: Found) -> str:
    share, spread = found.get("i_cvi"), found["delphi_spridning"]
    if share is None or share["status"] != Status.OK:
        return DASH
    return _cell(spread, lambda row: said("ja" if agreed(share["value"], row["value"]) else "nej"))


def _count(row: pd.Series | None) -> str:
    hidden = row is None or pd.isna(row["n"]) or row["status"] == Status.SUPPRESSED
    return DASH if hidden or row is None else whole(row["n"])
