"""What in a logic model cannot be evaluated as it stands: findings and checklists."""

from __future__ import annotations

from collections.abc import Sequence

from finsam_eval.codebook import Codebook
from finsam_eval.logic_model import (
    Finding,
    LogicModel,
    evaluability,
    indicator_criteria,
    propose_matpunkter,
    rule_title,
)
from finsam_eval.swedish import decimal
from finsam_eval.tables.logic_model import table_or_none
from finsam_eval.tables.shared import Table

FEW = 6
"""So many places are written out where one defect stands in many."""

IN_WORDS = 2
"""So many findings of one defect are told sentence by sentence in the grouped table."""


def findings(found: Sequence[Finding]) -> Table:
    """What in the model cannot be evaluated as it stands: one row for each kind of defect, however many it hits."""
    kinds = dict.fromkeys(one.rule for one in found)
    rows = [_group([one for one in found if one.rule == rule]) for rule in kinds]
    return Table(
        "Det som inte går att utvärdera som det står",
        ["Brist", "Antal", "Var", "Vad man kan göra"],
        rows,
        empty="reglerna har inte hittat något.",
    )


def every_finding(found: Sequence[Finding]) -> Table:
    """Every finding by itself, for the one who mends the model."""
    rows = [[one.place, one.sentence, one.remedy] for one in found]
    return Table(
        "Varje brist för sig",
        ["Var", "Vad", "Vad man kan göra"],
        rows,
        empty="reglerna har inte hittat något.",
    )


def matpunkter(model: LogicModel, codebook: Codebook) -> Table | None:
    """Kärnindikatorer that may ask for the same thing as the model's indicators: proposals; None without any."""
    rows = [
        [
            row["title"],
            f"{row['karnindikator']}. {row['heading']}",
            row["items"],
            decimal(row["score"], 2),
            row["confirmed"] or "nej",
        ]
        for row in propose_matpunkter(model, codebook).to_dict("records")
    ]
    columns = ["Indikator", "Kärnindikator", "Mätpunkter", "Likhet i ord (0–1)", "Bekräftad av"]
    return table_or_none("Mätpunkter som kan fråga samma sak (förslag)", columns, rows)


def checklist(model: LogicModel) -> Table:
    """Whether the programme can be evaluated, question by question: answered by the model, or to be asked of people."""
    rows = [
        [row["question"], row["part"], row["answer"], row["told"]] for row in evaluability(model).to_dict("records")
    ]
    return Table(
        "Går det att utvärdera?", ["Fråga", "Del", "Svar", "Vad svaret vilar på, eller vad man kan fråga"], rows
    )


def six_criteria(model: LogicModel) -> Table:
    """Socialstyrelsen's six criteria, one row an indicator."""
    table = indicator_criteria(model)
    criteria = list(dict.fromkeys(table["criterion"]))
    rows = [
        [str(rows["title"].iloc[0]), *(rows.set_index("criterion")["answer"].reindex(criteria).astype(str))]
        for _, rows in table.groupby("indicator", sort=False)
    ]
    caption = "Socialstyrelsens sex kriterier för en indikator"
    return Table(caption, ["Indikator", *criteria], rows, empty="modellen har inga indikatorer.")


def criteria_to_mend(model: LogicModel) -> Table:
    """What is lacking where a criterion is not met, or only partly."""
    table = indicator_criteria(model)
    lacking = table[table["answer"].isin(["nej", "delvis"])]
    rows = [[row["title"], row["criterion"], row["told"]] for row in lacking.to_dict("records")]
    empty = "modellen säger inte emot något av kriterierna."
    return Table("Kriterier som inte är uppfyllda", ["Indikator", "Kriterium", "Vad som saknas"], rows, empty=empty)


def _group(found: Sequence[Finding]) -> list[str]:
    """Return one kind of defect: its sentences where they are few, else the places of the first."""
    if len(found) <= IN_WORDS:
        where = " ".join(one.sentence for one in found)
    else:
        places = list(dict.fromkeys(one.place for one in found))
        more = len(places) - FEW
        where = f"{_places(places[:FEW] if more > 1 else places)}{f' och {more} till' if more > 1 else ''}."
    return [rule_title(found[0].rule), str(len(found)), where, found[0].remedy]


def _places(places: Sequence[str]) -> str:
    """Return places in words, their kind (Indikator, Resultat …) once."""
    kinds: dict[str, list[str]] = {}
    for place in places:
        kind, _, title = place.partition(": ")
        kinds.setdefault(kind, []).append(title)
    return "; ".join(f"{kind}: {', '.join(titles)}" if titles[0] else kind for kind, titles in kinds.items())
