"""Sentences about the hypotheses that were set before the answers: how many hold, and what that says."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from finsam_eval.hypotheses import Hypotheses
from finsam_eval.language import named, said
from finsam_eval.psychometrics.hypotheses import ENOUGH, TOGETHER, Verdict
from finsam_eval.results import Status
from finsam_eval.swedish import markdown_text, percent
from finsam_eval.tables.validity_hypotheses import tried
from finsam_eval.wording.shared import Text, counted, together

NONE = "Inga hypoteser är satta i förväg, så det går inte att pröva om svaren hänger ihop så som de borde."

MEANS = {
    "tillräcklig": "Det räcker för att säga att frågorna som grupp beter sig som de ska.",
    "otillräcklig": "Det räcker inte, hur de obestämda än faller ut: frågorna som grupp beter sig inte som väntat.",
    "obestämd": "Det avgörs av de obestämda; fler svar behövs.",
}


def hypotheses_tried(hypotheses: Hypotheses | None, coefficients: pd.DataFrame) -> Text:
    """How many hypotheses are confirmed, against the three of four that are asked for, who set them and when."""
    found = tried(coefficients)
    if hypotheses is None or TOGETHER not in found:
        return Text(said(NONE))
    of_all = found.pop(TOGETHER)
    held = Counter(row["reason"] for row in found.values() if row["status"] == Status.OK)
    lost = len(found) - held.total()
    set_by = said(
        "{hypotheses} sattes {day} av {by}.",
        hypotheses=counted(len(found), "hypotes", "hypoteser"),
        day=hypotheses.decided_on,
        by=_name(hypotheses),
    )
    if of_all["status"] != Status.OK:
        return Text(together(set_by, said("Ingen av dem kan prövas eller visas.")))
    outcome = said(
        "{confirmed} är bekräftade, {refuted} är inte bekräftade och {undecided} är obestämda.",
        confirmed=held[Verdict.CONFIRMED],
        refuted=held[Verdict.REFUTED],
        undecided=held[Verdict.UNDECIDED],
    )
    untried = counted(lost, "hypotes", "hypoteser")
    rest = said("{hypotheses} kunde inte prövas eller visas.", hypotheses=untried) if lost else ""
    share = said(
        "Det är {share} bekräftade, och {enough} krävs (COSMIN).",
        share=percent(of_all["value"]),
        enough=percent(ENOUGH),
    )
    strict = said(
        "En hypotes är bekräftad bara när hela osäkerheten ligger där värdet väntades, och obestämd när den ligger på båda "
        "sidor om gränsen; det är strängare än att se på värdet ensamt."
    )
    return Text(together(set_by, outcome, rest, share, said(MEANS[of_all["reason"]]), strict))


def _name(hypotheses: Hypotheses) -> str:
    return markdown_text(named(hypotheses.decided_by))
