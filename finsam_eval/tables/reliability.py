"""How well the mätpunkter measure, as tables: the same for the internal notebook and for a released report.

A table of something that the study does not have is None: a sentence beside it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import headings, retold, said
from finsam_eval.psychometrics.rows import DYAD, ITEM, ITEM_SET, KARNINDIKATOR
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, HIDDEN, NO_ANSWERS, between, decimal, percent, whole
from finsam_eval.tables.instrument import briefly, whom
from finsam_eval.tables.shared import Table, cell

STATISTICS = {"alfa": "Alfa", "spearman_brown": "Spearman–Brown"}

CASES = {"own": "de som svarat på alla frågor i gruppen", "all_items": "de som svarat på alla frågor i alla grupper"}


def item_statistics(codebook: Codebook, items: pd.DataFrame) -> Table:
    """Per question: answers, mean, spread, the ends of the scale, unanswered, and how it goes with its set."""
    labels = {item_set.id: said(item_set.label) for item_set in codebook.item_sets}
    several = items.duplicated(["respondent_group", "occasion", "item"], keep=False)
    sets = items["item_set"].map(labels).where(several, "")
    rows = [_statistics(codebook, row, label) for (_, row), label in zip(items.iterrows(), sets, strict=True)]
    return Table(
        said("Frågornas egenskaper"),
        headings("Fråga", "Svar", "Medel", "SD", "Lägst", "Högst", "Obesvarat", "Samband", "Alfa utan"),
        rows,
        empty=said("ingen fråga har fått något svar."),
    )


def item_sets(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per declared item set: questions, answers, alpha and its interval."""
    cases = {item_set.id: said(CASES[item_set.cases]) for item_set in codebook.item_sets}
    rows = [
        [
            f"{said(row['label'])} ({whom(codebook, row['respondent_group'], row['occasion'])})",
            whole(row["k"]),
            cases[row["subject"]],
            _count(row),
            _cell(row, _value),
            _cell(row, _interval, DASH),
        ]
        for row in _of(coefficients[coefficients["statistic"] == "alfa"], ITEM_SET)
    ]
    columns = headings("Grupp av frågor", "Frågor", "Räknat på", "Personer", "Alfa", "Osäkerhet")
    return Table(said("Hur väl frågorna i varje grupp hänger ihop"), columns, rows) if rows else None


def karnindikatorer(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per kärnindikator of several questions: which coefficient fits their number, and its value.

    Those of one question have none, which a sentence says of all of them.
    """
    rows = coefficients[(coefficients["kind"] == KARNINDIKATOR) & (coefficients["k"] > 1)]
    told = [_indicator(codebook, row) for _, row in rows.iterrows()]
    columns = headings("Kärnindikator", "Vem och när", "Frågor", "Mått", "Personer", "Värde", "Osäkerhet")
    return Table(said("Samstämmighet inom kärnindikatorer med flera frågor"), columns, told) if told else None


def retest(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question asked twice: how alike the answers are, and how much one person's answer must change to count."""
    rows = [
        [
            briefly(codebook, *key),
            _count(found["exakt"]),
            _cell(found["exakt"], lambda row: percent(row["value"])),
            *(_cell(found[name], _with_interval) for name in ("vagd_kappa", "icc")),
            *(_cell(found[name], lambda row: decimal(row["value"], 2)) for name in ("sem", "sdc")),
        ]
        for key, found in grouped(coefficients, ITEM)
    ]
    columns = headings("Fråga och vem", "Personer", "Exakt samma svar", "Vägd kappa", "ICC(2,1)", "Mätfel (SEM)", "SDC")
    return Table(said("Samma fråga två gånger (omtest)"), columns, rows) if rows else None


def dyads(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question that both a participant and the staff answer: how alike their answers are."""
    rows = [
        [
            f"{retold(found['exakt']['label'])}, {codebook.occasion_label(key[1])}",
            _count(found["exakt"]),
            _cell(found["exakt"], lambda row: percent(row["value"])),
            *(_cell(found[name], _with_interval) for name in ("vagd_kappa", "icc")),
        ]
        for key, found in grouped(coefficients, DYAD)
    ]
    columns = headings("Deltagarens och personalens fråga", "Par", "Exakt samma svar", "Vägd kappa", "ICC(2,1)")
    return Table(said("Deltagare och personal om samma sak"), columns, rows) if rows else None


def _indicator(codebook: Codebook, row: pd.Series) -> list[str]:
    return [
        f"{row['subject']} {said(row['label'])}",
        whom(codebook, row["respondent_group"], row["occasion"]),
        whole(row["k"]),
        said(STATISTICS[row["statistic"]]),
        _count(row),
        _cell(row, _value),
        _cell(row, _interval, DASH),
    ]


def _statistics(codebook: Codebook, row: pd.Series, label: str) -> list[str]:
    name = briefly(codebook, row["respondent_group"], row["occasion"], row["item"]) + (f" ({label})" if label else "")
    if pd.isna(row["n"]) or row["n"] == 0:
        return [name, said(HIDDEN if pd.isna(row["n"]) else NO_ANSWERS), *[DASH] * 7]
    return [
        name,
        whole(row["n"]),
        *(_number(row[column]) for column in ("mean", "sd")),
        *(said(HIDDEN) if pd.isna(row[column]) else percent(row[column]) for column in ("floor", "ceiling", "missing")),
        *(_number(row[column]) for column in ("item_rest", "alpha_if_deleted")),
    ]


def _number(value: float) -> str:
    return DASH if pd.isna(value) else decimal(value, 2)


def _of(coefficients: pd.DataFrame, kind: str) -> list[pd.Series]:
    return [row for _, row in coefficients[coefficients["kind"] == kind].iterrows()]


def grouped(coefficients: pd.DataFrame, kind: str) -> Iterator[tuple[tuple[str, str, str], dict[str, pd.Series]]]:
    """Give the coefficients of each pair of answers by the name of the statistic."""
    found: dict[tuple[str, str, str], dict[str, pd.Series]] = {}
    for row in _of(coefficients, kind):
        key = (row["respondent_group"], row["occasion"], row["subject"])
        found.setdefault(key, {})[row["statistic"]] = row
    yield from found.items()


def value_cell(row: pd.Series | None, write: Callable[[float], str] | None = None) -> str:
    """Return a coefficient with its interval, or why there is none; a dash where it was not computed.

    write : how a number is written; two decimals unless given.
    """
    if row is None:
        return DASH
    number = write or (lambda value: decimal(value, 2))
    return _cell(row, lambda shown: _written(shown, number))


def _written(row: pd.Series, number: Callable[[float], str]) -> str:
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return number(row["value"])
    return f"{number(row['value'])} ({between(number(row['lower']), number(row['upper']))})"


def _cell(row: pd.Series, write: Callable[[pd.Series], str], otherwise: str = "") -> str:
    return cell(row.to_frame().T, write, otherwise)


def _value(row: pd.Series) -> str:
    return decimal(row["value"], 2)


def _interval(row: pd.Series) -> str:
    if pd.isna(row["lower"]):
        return DASH
    return between(decimal(row["lower"], 2), decimal(row["upper"], 2))


def _with_interval(row: pd.Series) -> str:
    return _value(row) if pd.isna(row["lower"]) else f"{_value(row)} ({_interval(row)})"


def _count(row: pd.Series) -> str:
    hidden = pd.isna(row["n"]) or row["status"] == Status.SUPPRESSED
    return DASH if hidden else whole(row["n"])
