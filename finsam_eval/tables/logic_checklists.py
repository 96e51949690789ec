"""Two checklists of a logic model: whether it can be evaluated, and whether its indicators are good ones."""

from __future__ import annotations

from finsam_eval.logic_model import LogicModel, evaluability, indicator_criteria
from finsam_eval.tables.shared import Table


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
