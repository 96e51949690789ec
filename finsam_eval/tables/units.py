"""What a released unit is shown: response, levels, differences, targets, outcomes. No computing here."""

from __future__ import annotations

import pandas as pd

from finsam_eval.language import headings, said
from finsam_eval.results import ALL, COUNTRY
from finsam_eval.study import REGISTER, RESPONSE
from finsam_eval.swedish import DASH, percent, whole
from finsam_eval.tables.shared import (
    GENDER_LABELS,
    NOTHING_SHOWN,
    Table,
    cell,
    difference_cells,
    interval_cell,
    item_label,
    judgement,
    mean_cell,
    number_cell,
    share_cell,
    shown,
    with_n,
    without_empty,
)
from finsam_eval.view import NO_RATE, View


def response(view: View) -> Table:
    """Invited, answered and response rate by group and occasion, with the country's rate."""
    rows = []
    for group in view.codebook.groups:
        for occasion in view.codebook.occasions:
            key = {"item": RESPONSE, "statistic": "andel", "period": view.period, "gender": ALL}
            key |= {"respondent_group": group.id, "occasion": occasion.id}
            country = view.select(unit=COUNTRY, **key)
            if country.empty:
                continue
            own = view.select(**key)
            came = _count(view, key, "topptva")
            rows.append(
                [
                    f"{said(group.label)}, {said(occasion.label)}",
                    *_count_cells(own, came),
                    share_cell(own),
                    share_cell(country),
                ]
            )
    columns = headings("Vem och när", "Inbjudna", "Svarade", "Svarsfrekvens", "Riket")
    return Table(
        said("Inbjudna och svarande, {period}", period=view.period_label),
        *_beside_another(view, columns, shown(rows)),
        empty=said(NOTHING_SHOWN if view.knows_invited else NO_RATE),
    )


def levels(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: answers, top-two share with interval, mean, and the country's share."""
    own, country = (view.shares(group, occasion, unit=unit) for unit in (view.unit, COUNTRY))
    means = view.select(
        respondent_group=group, occasion=occasion, gender=ALL, period=view.period, statistic="medel"
    ).set_index("item")
    rows = [
        [
            item_label(item),
            number_cell(own.loc[[item.id]], "n"),
            share_cell(own.loc[[item.id]]),
            interval_cell(own.loc[[item.id]]),
            mean_cell(means.loc[means.index == item.id]),
            share_cell(country.loc[[item.id]]),
        ]
        for item in view.items(group, occasion)
        if item.id in own.index
    ]
    columns = ["Mätpunkt", "Svar", "Andel", "Osäkerhet", "Medelvärde", "Riket"]
    return Table(
        f"{view.whom(group, occasion)}: andel som instämmer, {view.period_label}",
        *without_empty(*_beside_another(view, columns, shown(rows)), 4),
    )


def gaps(view: View, *, group: str, occasion: str) -> Table:
    """Women, men and the difference with its interval, per mätpunkt."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    women, men = (view.shares(group, occasion, unit=view.unit, gender=gender) for gender in ("kvinna", "man"))
    difference = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man").set_index("item")
    rows = [
        [item_label(item), *with_n(women, item.id), *with_n(men, item.id), *difference_cells(difference, item.id)]
        for item in view.items(group, occasion)
        if item.id in difference.index
    ]
    return Table(
        f"{view.whom(group, occasion)}: kvinnor och män, {view.period_label} (skillnad i procentenheter)",
        ["Mätpunkt", "Kvinnor", "Svar", "Män", "Svar", "Skillnad", "Osäkerhet"],
        shown(rows),
    )


def changes(view: View, *, group: str, occasion: str) -> Table:
    """Earlier and later period and the difference with its interval, per mätpunkt."""
    key = {"respondent_group": group, "occasion": occasion, "gender": ALL, "statistic": "skillnad"}
    pairs = view.records[(view.records["unit"] == view.unit) & (view.records["against_period"] != "")]
    rows, labels = [], ("tidigare", "senare")
    for later, earlier in pairs[["period", "against_period"]].drop_duplicates().itertuples(index=False):
        labels = (view.study.period_label(earlier), view.study.period_label(later))
        change = view.select(**key, period=later, against_period=earlier).set_index("item")
        shares = [view.shares(group, occasion, unit=view.unit, period=name) for name in (earlier, later)]
        rows += [
            [
                item_label(item),
                *with_n(shares[0], item.id),
                *with_n(shares[1], item.id),
                *difference_cells(change, item.id),
            ]
            for item in view.items(group, occasion)
            if item.id in change.index
        ]
    return Table(
        f"{view.whom(group, occasion)}: {labels[0]} och {labels[1]} (förändring i procentenheter)",
        [
            "Mätpunkt",
            labels[0].capitalize(),
            "Svar",
            labels[1].capitalize(),
            "Svar",
            "Förändring",
            "Osäkerhet",
        ],
        shown(rows),
    )


def targets(view: View) -> Table:
    """The two lines: what happened among those who answered, and what it says about the level beneath."""
    judged = view.select(statistic="mal", period=view.period, indicator="")
    rows = [
        [
            f"{item_label(view.codebook.item(row['item']))} ({GENDER_LABELS[row['gender']].lower()})",
            percent(row["target"]),
            number_cell(row.to_frame().T, "n"),
            cell(row.to_frame().T, lambda shown: percent(shown["value"], 1)),
            interval_cell(row.to_frame().T),
            *judgement(row),
        ]
        for _, row in judged.iterrows()
    ]
    return Table(
        f"Målnivåer, {view.period_label}",
        [
            "Målnivå för",
            "Mål",
            "Antal",
            "Andel",
            "Osäkerhet",
            "Utfall",
            "Underliggande nivå",
            "Sannolikhet att nivån når målet",
        ],
        shown(rows, slice(2, 4)),
    )


def outcomes(view: View) -> Table:
    """Register outcomes at and after the end of a participation, by gender, beside the country."""
    rows = []
    for item in view.codebook.items:
        if item.sensitivity != "outcome":
            continue
        for gender in ("kvinna", "man", ALL):
            own, country = (
                view.shares(REGISTER, item.occasions[0], unit=unit, gender=gender) for unit in (view.unit, COUNTRY)
            )
            own, country = (frame.loc[frame.index == item.id] for frame in (own, country))
            rows.append(
                [
                    f"{item.text} ({GENDER_LABELS[gender].lower()})",
                    number_cell(own, "n"),
                    share_cell(own),
                    interval_cell(own),
                    share_cell(country),
                ]
            )
    columns = ["Utfall", "Avslutade med känt utfall", "Andel", "Osäkerhet", "Riket"]
    return Table(
        f"Arbete och studier bland dem som avslutat, {view.period_label}",
        *_beside_another(view, columns, shown(rows)),
    )


def _beside_another(view: View, columns: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Leave out the last column, the country's, where the country would stand beside itself."""
    return (columns[:-1], [cells[:-1] for cells in rows]) if view.is_country else (columns, rows)


def _count(view: View, key: dict[str, str], detail: str) -> pd.DataFrame:
    same = view.counts[(view.counts["unit"] == view.unit) & (view.counts["detail"] == detail)]
    for column in ("respondent_group", "occasion", "item", "period", "gender"):
        same = same[same[column] == key[column]]
    return same


def _count_cells(own: pd.DataFrame, came: pd.DataFrame) -> list[str]:
    return [number_cell(own, "n"), whole(came["n"].iloc[0]) if len(came) else DASH]
