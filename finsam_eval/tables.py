"""A result → a table a person reads. No computing here: what is shown was counted, judged and released before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from finsam_eval.codebook import Item
from finsam_eval.inside import Inside
from finsam_eval.results import ALL, COUNTRY, Status
from finsam_eval.study import REGISTER, RESPONSE
from finsam_eval.swedish import (
    DASH,
    HIDDEN,
    NO_ANSWERS,
    decimal,
    html_text,
    percent,
    percent_interval,
    points,
    points_interval,
    whole,
)
from finsam_eval.view import View

NOTHING_SHOWN = "inga siffror visas, av hänsyn till sekretessen (för få svar, eller så kan en liten grupp räknas fram)."

GENDER_LABELS = {"kvinna": "Kvinnor", "man": "Män", "okant": "Okänt", ALL: "Alla"}


@dataclass(frozen=True)
class Table:
    """A table ready to show: a caption, headings, and rows whose first cell names the row."""

    caption: str
    columns: list[str]
    rows: list[list[str]]
    empty: str = NOTHING_SHOWN

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html} if self.rows else {"text/markdown": f"*{self.caption}:* {self.empty}"}

    @property
    def html(self) -> str:
        """The table as HTML, every cell escaped."""
        head = "".join(f'<th scope="col">{html_text(name)}</th>' for name in self.columns)
        body = "".join(_row(cells) for cells in self.rows)
        return (
            f'<table class="finsam"><caption>{html_text(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


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
                    f"{group.label}, {occasion.label}",
                    *_count_cells(own, came),
                    share_cell(own),
                    share_cell(country),
                ]
            )
    columns = ["Vem och när", "Inbjudna", "Svarade", "Svarsfrekvens", "Riket"]
    return Table(f"Inbjudna och svarande, {view.period_label}", columns, _shown(rows))


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
    return Table(
        f"{view.whom(group, occasion)}: andel som instämmer, {view.period_label}",
        *_without_empty(["Mätpunkt", "Svar", "Andel", "Osäkerhet", "Medelvärde", "Riket"], _shown(rows), 4),
    )


def gaps(view: View, *, group: str, occasion: str) -> Table:
    """Women, men and the difference with its interval, per mätpunkt."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    women, men = (view.shares(group, occasion, unit=view.unit, gender=gender) for gender in ("kvinna", "man"))
    difference = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man").set_index("item")
    rows = [
        [item_label(item), *_with_n(women, item.id), *_with_n(men, item.id), *difference_cells(difference, item.id)]
        for item in view.items(group, occasion)
        if item.id in difference.index
    ]
    return Table(
        f"{view.whom(group, occasion)}: kvinnor och män, {view.period_label} (skillnad i procentenheter)",
        ["Mätpunkt", "Kvinnor", "Svar", "Män", "Svar", "Skillnad", "Osäkerhet"],
        _shown(rows),
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
                *_with_n(shares[0], item.id),
                *_with_n(shares[1], item.id),
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
        _shown(rows),
    )


def targets(view: View) -> Table:
    """The two lines: what happened among those who answered, and what it says about the level beneath."""
    judged = view.select(statistic="mal", period=view.period)
    rows = [
        [
            f"{item_label(view.codebook.item(row['item']))} ({GENDER_LABELS[row['gender']].lower()})",
            percent(row["target"]),
            number_cell(row.to_frame().T, "n"),
            _cell(row.to_frame().T, lambda shown: percent(shown["value"], 1)),
            *_judgement(row),
        ]
        for _, row in judged.iterrows()
    ]
    return Table(
        f"Målnivåer, {view.period_label}",
        ["Målnivå för", "Mål", "Svar", "Andel", "Utfall", "Underliggande nivå", "Sannolikhet att nivån når målet"],
        _shown(rows, slice(2, 4)),
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
    return Table(
        f"Arbete och studier bland dem som avslutat, {view.period_label}",
        ["Utfall", "Avslutade med känt utfall", "Andel", "Osäkerhet", "Riket"],
        _shown(rows),
    )


def item_label(item: Item) -> str:
    """Return id and exact wording."""
    return item.text if item.sensitivity != "opinion" else f"{item.id} {item.wording}"


def share_cell(rows: pd.DataFrame) -> str:
    """Return a share, or why there is none."""
    return _cell(rows, lambda row: percent(row["value"]))


def interval_cell(rows: pd.DataFrame) -> str:
    """Return the interval of a share; empty where the share itself says why it is missing."""
    return _cell(rows, lambda row: percent_interval(row["lower"], row["upper"]), otherwise=DASH)


def mean_cell(rows: pd.DataFrame) -> str:
    """Return a mean with its interval."""
    return _cell(rows, lambda row: f"{decimal(row['value'])} ({decimal(row['lower'])}{DASH}{decimal(row['upper'])})")


def number_cell(rows: pd.DataFrame, column: str) -> str:
    """Return a count, or why there is none."""
    return _cell(rows, lambda row: whole(row[column]), otherwise=DASH)


def difference_cells(rows: pd.DataFrame, item: str) -> list[str]:
    """Return a difference between shares and its interval, in percentage points."""
    chosen = rows.loc[rows.index == item]
    return [
        _cell(chosen, lambda row: points(row["value"])),
        _cell(chosen, lambda row: points_interval(row["lower"], row["upper"]), otherwise=DASH),
    ]


def _cell(rows: pd.DataFrame, write, otherwise: str = "") -> str:  # type: ignore[no-untyped-def]
    if rows.empty:
        return DASH
    row = rows.iloc[0]
    if row["status"] == Status.OK:
        return str(write(row))
    return otherwise or {Status.SUPPRESSED: HIDDEN, Status.NO_DATA: NO_ANSWERS}.get(row["status"], str(row["status"]))


def _with_n(shares: pd.DataFrame, item: str) -> list[str]:
    chosen = shares.loc[shares.index == item]
    return [share_cell(chosen), number_cell(chosen, "n")]


def _judgement(row: pd.Series) -> list[str]:
    if row["status"] != Status.OK:
        return [DASH, DASH, DASH]
    persons = "person" if row["short"] == 1 else "personer"
    outcome = row["outcome"] if row["short"] == 0 else f"{row['outcome']}, {whole(row['short'])} {persons} saknas"
    return [outcome, row["verdict"], percent(row["probability"])]


def _count(view: View, key: dict[str, str], detail: str) -> pd.DataFrame:
    same = view.counts[(view.counts["unit"] == view.unit) & (view.counts["detail"] == detail)]
    for column in ("respondent_group", "occasion", "item", "period", "gender"):
        same = same[same[column] == key[column]]
    return same


def _count_cells(own: pd.DataFrame, came: pd.DataFrame) -> list[str]:
    return [number_cell(own, "n"), whole(came["n"].iloc[0]) if len(came) else DASH]


def _shown(rows: list[list[str]], own: slice = slice(1, 3)) -> list[list[str]]:
    """Return no rows where no cell of the unit's own may be shown: a sentence says it better than a page of dashes."""
    return rows if any(_has_number(cells[own]) for cells in rows) else []


def _without_empty(columns: list[str], rows: list[list[str]], place: int) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows without the column at `place` where it holds no number at all."""
    if any(_has_number([cells[place]]) for cells in rows):
        return columns, rows
    return columns[:place] + columns[place + 1 :], [cells[:place] + cells[place + 1 :] for cells in rows]


def _has_number(cells: Iterable[str]) -> bool:
    return any(any(sign.isdigit() for sign in cell) for cell in cells)


def _row(cells: list[str]) -> str:
    first, *rest = cells
    return f'<tr><th scope="row">{html_text(first)}</th>{"".join(f"<td>{html_text(c)}</td>" for c in rest)}</tr>'


def account(inside: Inside) -> Table:
    """Per file: read = kept + quarantined, in rows and in answers."""
    rows = [
        [f"{line.file} ({line.unit})", whole(line.read), whole(line.kept), whole(line.quarantined)]
        for line in inside.account.itertuples()
    ]
    return Table("Läst = behållet + i karantän", ["Fil", "Läst", "Behållet", "I karantän"], rows)


def set_aside(inside: Inside) -> Table:
    """What lies in quarantine and why; never the values."""
    rows = [
        [line.file, line.column, line.reason, whole(line.size)] for line in inside.set_aside().itertuples(index=False)
    ]
    return Table(
        "I karantän, efter orsak", ["Fil", "Kolumn", "Orsak", "Antal"], rows, empty="ingenting ligger i karantän."
    )


def response_by_forbund(inside: Inside, *, group: str) -> Table:
    """Invited, answered and rate per förbund for one respondent group."""
    table = inside.response(["respondent_group", "forbund"])
    table = table[table["respondent_group"] == group].merge(inside.units, on="forbund")
    rows = [
        [
            f"{line.forbund} {line.name}",
            whole(line.invited),
            whole(line.answered),
            percent(line.rate) if line.invited else DASH,
        ]
        for line in table.itertuples(index=False)
    ]
    label = inside.study.codebook.group_label(group)
    return Table(f"Svarsfrekvens: {label}", ["Förbund", "Inbjudna", "Svarade", "Andel"], rows)


def missing_by_item(inside: Inside) -> Table:
    """Answers asked for and missing per item and group."""
    rows = [
        [
            f"{line.item} {inside.study.codebook.group_label(line.respondent_group)}",
            whole(line.asked),
            whole(line.missing),
            percent(line.share, 1),
        ]
        for line in inside.missing_share(["item", "respondent_group"]).itertuples()
    ]
    return Table("Obesvarade frågor", ["Fråga och grupp", "Ställda", "Obesvarade", "Andel"], rows)


def missing_by_forbund(inside: Inside) -> Table:
    """Answers asked for and missing per förbund, over all questions."""
    rows = [
        [line.forbund, whole(line.asked), whole(line.missing), percent(line.share, 1)]
        for line in inside.missing_share(["forbund"]).itertuples()
    ]
    return Table("Obesvarade frågor per förbund", ["Förbund", "Ställda", "Obesvarade", "Andel"], rows)
