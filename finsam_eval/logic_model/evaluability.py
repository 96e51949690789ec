"""Whether a programme can be evaluated: a checklist filled where the model can tell, and asked where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import pandas as pd

from finsam_eval.logic_model.criteria_met import Answer, Told
from finsam_eval.logic_model.findings import is_outcome, rank
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS
from finsam_eval.logic_model.rules import lint
from finsam_eval.logic_model.rules_chain import led_to
from finsam_eval.logic_model.rules_targets import OF_PERSONS, of_persons
from finsam_eval.results import ALL
from finsam_eval.swedish import listing

FEW = 3
"""So many goals that are not worded are named."""

BY_GENDER = "om källan skiljer kvinnor och män åt (Kön i källan)"
NO_UNIT = "Kan inte besvaras: det är inte ifyllt vad som räknas (Enhet), till exempel personer."
NO_PERSONS = "Går inte att pröva: i modellen finns inga indikatorer som räknar personer. Är det meningen?"
"""What the checklist asks where nothing is said of women and men; the names are those of the template's columns."""

UNCLEAR = ("placeholder", "target_without_value", "undecided_wording", "unmeasurable")
"""Rules by which a goal is not fully worded."""

DESIGN, INFORMATION, SETTING = "Programmets utformning", "Tillgång till uppgifter", "Förutsättningar på plats"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One question of the checklist: in which part, the answer, and what it rests on, in Swedish."""

    part: str
    question: str
    answer: Answer
    told: str


def evaluability(model: LogicModel) -> pd.DataFrame:
    """Return the evaluability checklist of a model, in the order it is gone through.

    What the model can tell is answered by counting (all: ja, none: nej, otherwise delvis); what only people can tell is
    asked. No sum is made: one "nej" may decide, and how much each question weighs is for those who plan the evaluation.

    Returns
    -------
    DataFrame
        part, question, answer (ja, delvis, nej, fråga), told.

    References: Davies (2013), Planning Evaluability Assessments, DFID Working Paper 40, sections 4.1–4.3 (the three
    parts; the questions are in our own words).
    """
    rows = [
        Check(part=part, question=question, answer=answer, told=told)
        for part, question, ask in QUESTIONS
        for answer, told in [ask(model) if callable(ask) else (Answer.ASK, ask)]
    ]
    return pd.DataFrame([asdict(row) for row in rows], columns=list(Check.__dataclass_fields__)).astype("str")


def _counted(number: int, of: int, what: str, told: str) -> Told:
    """Return yes where all are, no where none is; without anything to count it is a question."""
    if not of:
        return Answer.ASK, f"Går inte att pröva: i modellen finns inga {what}. Är det meningen?"
    answer = Answer.YES if number == of else Answer.PARTLY if number else Answer.NO
    return answer, f"{number} av {of} {what} {told}."


def _goals(model: LogicModel) -> Told:
    outcomes = [node for node in model.nodes if is_outcome(node)]
    unclear = {one.node for one in lint(model) if one.rule in UNCLEAR}
    left = [f"”{node.title}”" for node in outcomes if node.id in unclear]
    answer, told = _counted(
        len(outcomes) - len(left), len(outcomes), "resultat, effekter och mål", "är färdigformulerade"
    )
    return answer, f"{told} Kvar är {listing(left)}." if 0 < len(left) <= FEW else told


def _reach(model: LogicModel) -> Told:
    outcomes = [node for node in model.nodes if is_outcome(node)]
    highest = max(map(rank, outcomes), default=0)
    last = [node for node in outcomes if node.level in ("mal", "effekt_lang") or rank(node) == highest]
    work = [node.id for node in model.nodes if node.level == "aktivitet"]
    arrive = [one for one in work if led_to(model, [one]) & {node.id for node in last}]
    ends = dict.fromkeys(LEVEL_LABELS[node.level].lower() for node in sorted(last, key=rank))
    return _counted(len(arrive), len(work), "aktiviteter", f"leder hela vägen till {' eller '.join(ends) or 'något'}")


def _whole_steps(model: LogicModel) -> Told:
    jumps = sum(one.rule in ("level_jumped", "backwards", "cycle") for one in lint(model))
    return _counted(max(len(model.links) - jumps, 0), len(model.links), "pilar", "går ett steg i taget och framåt")


def _assumptions(model: LogicModel) -> Told:
    said = sum(bool(link.assumption.strip()) for link in model.links)
    answer, told = _counted(said, len(model.links), "pilar", "har ett utskrivet antagande")
    if answer is Answer.NO and model.assumption.strip():
        return Answer.PARTLY, f"Ett antagande gäller hela modellen; {told}"
    return answer, told


def _rivals(model: LogicModel) -> Told:
    return _counted(
        sum(bool(link.rivals) for link in model.links), len(model.links), "pilar", "har en annan förklaring"
    )


def _consistent(model: LogicModel) -> Told:
    rules = {"heading_twice", "misplaced_heading", "goal_twice", "indicator_twice", "budget_said_two_ways"}
    found = sum(one.rule in rules | {"budget_does_not_sum", "short_list"} for one in lint(model))
    places = "1 ställe" if found == 1 else f"{found} ställen"
    told = f"{places} säger emot eller upprepar." if found else "Inget sägs två gånger eller på två sätt."
    return (Answer.NO if found else Answer.YES), told


def _measured(model: LogicModel) -> Told:
    outcomes = [node.id for node in model.nodes if is_outcome(node)]
    have = {indicator.node for indicator in model.indicators}
    return _counted(len(have & set(outcomes)), len(outcomes), "resultat, effekter och mål", "har en egen indikator")


def _targets(model: LogicModel) -> Told:
    have = sum(any(goal.value is not None for goal in one.targets) for one in model.indicators)
    return _counted(have, len(model.indicators), "indikatorer", "har ett målvärde")


def _sources(model: LogicModel) -> Told:
    without = {one.indicator for one in lint(model) if one.rule == "indicator_without_source"}
    return _counted(len(model.indicators) - len(without), len(model.indicators), "indikatorer", "har en källa")


def _baselines(model: LogicModel) -> Told:
    asked = [one for one in model.indicators if one.targets and one.measure != "yes_no"]
    return _counted(
        sum(one.baseline is not None for one in asked), len(asked), "indikatorer med mål", "har ett utgångsläge"
    )


def _by_gender(model: LogicModel) -> Told:
    """Return no only where somebody has said so: an empty cell is a question."""
    persons = list(of_persons(model))
    if not persons:
        countable = any(one.measure in OF_PERSONS and not one.unit for one in model.indicators)
        return Answer.ASK, NO_UNIT if countable else NO_PERSONS
    divided = [one for one in persons if one.by_gender or any(one.genders(goal) != [ALL] for goal in one.targets)]
    unsaid = [one for one in persons if one.by_gender is None and one not in divided]
    if len(unsaid) == len(persons):
        return Answer.ASK, f"Det är inte ifyllt {BY_GENDER}."
    answer, told = _counted(len(divided), len(persons), "indikatorer om personer", "kan delas på kvinnor och män")
    if not unsaid:
        return answer, told
    return Answer.PARTLY if divided else Answer.ASK, f"{told} För {len(unsaid)} är det inte ifyllt {BY_GENDER}."


def _followed(model: LogicModel) -> Told:
    lacking = ("indicator_without_occasion", "indicator_without_follow_up")
    without = {one.indicator for one in lint(model) if one.rule in lacking}
    told = "har tillfälle, och takt eller ett mål för en enda period"
    return _counted(len(model.indicators) - len(without), len(model.indicators), "indikatorer", told)


def _responsible(model: LogicModel) -> Told:
    areas = {area.id for area in model.areas if area.responsible.strip()}
    covered = {node.id for node in model.nodes if node.area in areas}
    have = sum(bool(one.responsible.strip()) or one.node in covered for one in model.indicators)
    return _counted(have, len(model.indicators), "indikatorer", "har någon som ansvarar för uppföljningen")


QUESTIONS: list[tuple[str, str, Callable[[LogicModel], Told] | str]] = [
    (DESIGN, "Är det tydligt vad som ska uppnås?", _goals),
    (DESIGN, "Leder det som görs hela vägen till målen?", _reach),
    (DESIGN, "Är stegen i kedjan hela?", _whole_steps),
    (DESIGN, "Är antagandena bakom stegen utskrivna?", _assumptions),
    (DESIGN, "Är andra förklaringar utskrivna?", _rivals),
    (DESIGN, "Säger dokumentet samma sak överallt?", _consistent),
    (DESIGN, "Är målen relevanta för målgruppens behov?", "Finns en behovsanalys, och stöder den målen?"),
    (
        DESIGN,
        "Är effekten rimlig på den tid och med de medel som finns?",
        "Har någon annan nått dit, hur och på hur lång tid?",
    ),
    (DESIGN, "Är de inblandade överens om programteorin?", "Vilka har läst och godkänt modellen?"),
    (INFORMATION, "Mäts det som ska uppnås?", _measured),
    (INFORMATION, "Är det bestämt vad som är tillräckligt?", _targets),
    (INFORMATION, "Är det känt var uppgifterna finns?", _sources),
    (INFORMATION, "Är läget före känt?", _baselines),
    (INFORMATION, "Kan kvinnor och män följas var för sig?", _by_gender),
    (INFORMATION, "Är det bestämt när och hur ofta det följs upp?", _followed),
    (
        INFORMATION,
        "Finns en jämförelsegrupp?",
        "Vilka liknar deltagarna men har inte fått insatsen, och går de att följa?",
    ),
    (INFORMATION, "Finns tidigare utvärderingar?", "Vad har de visat, och går de att få tag på?"),
    (SETTING, "Är det bestämt vem som följer upp?", _responsible),
    (SETTING, "Vill någon använda svaren?", "Vilket beslut ska de påverka, och när fattas det?"),
    (SETTING, "Går deltagare och personal att nå?", "Vilka hinder finns: språk, samtycke, sekretess, tid?"),
    (SETTING, "Räcker tid och pengar till en utvärdering?", "Hur mycket är avsatt, och när ska den vara klar?"),
    (SETTING, "Är det etiskt och rättsligt prövat?", "Vilka personuppgifter behövs, och på vilken grund?"),
]
"""Part, question, and either how the model is asked or what to ask people."""
