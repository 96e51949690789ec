"""Sentences about a logic model: what is reached, what is not known, which figures contradict themselves."""

from __future__ import annotations

import pandas as pd

from finsam_eval.logic_model import Finding, LogicModel, composites, joint, lint, mermaid
from finsam_eval.logic_model.demands import RULE
from finsam_eval.results import Status
from finsam_eval.swedish import listing, markdown_text
from finsam_eval.wording.shared import Text, counted

NAMED = 5
"""So many indicators are named in a sentence; the tables name them all."""

NO_FIGURES = "Inga utfall finns än. Målmatrisen visar vad planen säger."

HOW_TO_READ = (
    "*Utfall* är resultatet bland dem som räknats. *Underliggande nivå* är den nivå som resultatet tyder på när slumpen "
    "räknas in: nått om hela 95-procentsintervallet (Wilson 1927) ligger på rätt sida om målet, ej nått om hela ligger "
    "på fel sida, annars kan det inte avgöras. Sannolikheten följer Jeffreys fördelning. En tryckt procentsats stämmer "
    "om antalen avrundas till samma tal."
)

ABOUT_GENDER = ("gender_rule_undecided", "gender_not_reported")
"""Rules on what is not decided about women and men: the figures can be judged for all together without it."""

ONE_LINE = 80
"""A reason longer than this is not repeated among the first lines."""

NO_COMPARISON = (
    "Siffrorna har ingen jämförelsegrupp: de säger hur det gick (utfall), inte vad som hade hänt utan insatsen."
)


def programme(model: LogicModel) -> Text:
    """Say what the model is about: problem, whom it is for, what it assumes, whose it is, where it was taken from."""
    told = [
        _field("Problem", model.problem),
        _field("Målgrupp", model.target_group),
        _field("Deltagande", model.participants),
        _field("Tidsperiod", model.duration),
        _field("Antagande", model.assumption),
        _field("Antaganden vid pilarna", _assumed(model)),
        _field("Yttre faktorer", "; ".join(model.external)),
        _field("Följs upp", model.follow_up),
        _field("Organisation", model.organisation),
        _field("Källa", model.source),
    ]
    size = f"{counted(len(model.nodes), 'ruta', 'rutor')}, {counted(len(model.links), 'pil', 'pilar')} och "
    told.append(f"- Modellen har {size}{counted(len(model.indicators), 'indikator', 'indikatorer')}.")
    return Text("\n".join(line for line in told if line))


def progress(model: LogicModel, evaluation: pd.DataFrame) -> Text:
    """Return the report's first lines: reached, not reached, not known, and what may not be concluded.

    A target that women and men are to reach each counts once: reached when both have reached it.
    """
    if not known_figures(evaluation).any():
        lines = [_planned(model), _in_the_way(lint(model)), _too_few(lint(model)), NO_FIGURES]
        return Text("\n".join(f"- {line}" for line in lines if line))
    demands, hidden = joint(evaluation), evaluation["status"] == Status.SUPPRESSED
    unknown = evaluation[~hidden & (evaluation["status"] != Status.OK)]
    lines = [
        _outcomes(demands),
        _levels(demands[demands["verdict"] != ""]),
        _both(demands),
        _named("Visas inte, för att ingen ska kunna kännas igen", evaluation[hidden]),
        _named("Utan siffror att bedöma (okänt är inte noll)", unknown),
        _contradictions(evaluation),
        _indices(model),
        NO_COMPARISON,
    ]
    return Text("\n".join(f"- {line}" for line in lines if line))


def goal_rule(evaluation: pd.DataFrame) -> Text | None:
    """Say how several demands become one answer; nothing where none can be judged."""
    if not known_figures(evaluation).any():
        return None
    return Text(f"{RULE} Till ett mål i toppen av kedjan hör alla krav på de rutor som leder dit.")


def figures(evaluation: pd.DataFrame) -> Text:
    """Say where the figures come from, and how to read the two lines."""
    known = evaluation[(evaluation["status"] == Status.OK) | (evaluation["printed"] != "")]
    kinds = known["kind"]
    published = sorted(set(known.loc[kinds == "published", "source"]) - {""})
    where = [
        _published(int((kinds == "published").sum()), published),
        _of_kind(int((kinds == "entered").sum()), "är inlämnad till studien", "är inlämnade till studien"),
        _of_kind(int((kinds == "study").sum()), "kommer ur studiens egna svar", "kommer ur studiens egna svar"),
    ]
    told = " ".join(part for part in where if part)
    return Text(f"{told}\n\n{HOW_TO_READ}" if told else NO_FIGURES)


def known_figures(evaluation: pd.DataFrame) -> pd.Series:
    """Return which rows have a figure: counted, printed, kept back, or one that cannot be judged."""
    return (evaluation["status"] != Status.NO_DATA) | (evaluation["printed"] != "")


def review(found: tuple[Finding, ...]) -> Text:
    """Say how much in the model cannot be evaluated as it stands."""
    if not found:
        return Text("Reglerna har inte hittat något i modellen som hindrar en utvärdering.")
    places, kinds = {one.place for one in found}, {one.rule for one in found}
    return Text(
        f"Modellen har {counted(len(found), 'brist', 'brister')} av {counted(len(kinds), 'slag', 'slag')}, hos "
        f"{len(places)} av dess delar: rutor, indikatorer, områden eller budgetar. Listan säger vad som behöver skrivas in för att modellen ska gå att utvärdera, inget om hur bra verksamheten är."
    )


def diagram_source(model: LogicModel) -> Text:
    """Return the chain as Mermaid, which JupyterLab draws."""
    return Text(f"```mermaid\n{mermaid(model)}```")


def _assumed(model: LogicModel) -> str:
    """Return what the arrows assume, each said once; of many the first, and how many more."""
    told = list(dict.fromkeys(link.assumption.strip().rstrip(".") for link in model.links if link.assumption.strip()))
    more = len(told) - NAMED
    return "; ".join([*told[:NAMED], f"{more} till"] if more > 1 else told)


def _planned(model: LogicModel) -> str:
    """Return what the plan tells of how it is to be followed."""
    have = [
        ("ett målvärde", sum(any(goal.value is not None for goal in one.targets) for one in model.indicators)),
        ("ett utgångsläge", sum(one.baseline is not None for one in model.indicators)),
        ("någon som ansvarar", sum(bool(one.responsible.strip()) for one in model.indicators)),
    ]
    told = listing([f"{number} har {what}" for what, number in have])
    return f"Planen har {counted(len(model.indicators), 'indikator', 'indikatorer')}: {told}."


def _in_the_way(found: tuple[Finding, ...]) -> str:
    """Say how much hinders an evaluation; that nobody has decided about women and men hinders none, and is told apart."""
    undecided = sum(one.rule in ABOUT_GENDER for one in found)
    told = []
    if len(found) > undecided:
        lacking = counted(len(found) - undecided, "brist", "brister")
        told.append(f"{lacking} i modellen står i vägen för en utvärdering")
    if undecided:
        told.append(f"för {counted(undecided, 'indikator', 'indikatorer')} är det oklart hur kvinnor och män räknas")
    line = ", och ".join(told)
    return f"{line[0].upper()}{line[1:]}; det räknas upp längre fram." if line else ""


def _too_few(found: tuple[Finding, ...]) -> str:
    """Say which targets chance will probably hide with the number that is expected."""
    return markdown_text(" ".join(one.sentence for one in found if one.rule == "too_little_power"))


def _outcomes(demands: pd.DataFrame) -> str:
    if demands.empty:
        return "Modellen har inga målvärden."
    if (demands["outcome"] == "").all():
        return f"Utfall: inget av modellens {counted(len(demands), 'målvärde', 'målvärden')} kan bedömas än."
    reached, missed = (int((demands["outcome"] == said).sum()) for said in ("nått", "ej nått"))
    unknown = len(demands) - reached - missed
    left = f", {unknown} kan inte bedömas" if unknown else ""
    return (
        f"Utfall: av {counted(len(demands), 'målvärde', 'målvärden')} är {reached} nådda och {missed} inte nådda{left}."
    )


def _levels(judged: pd.DataFrame) -> str:
    if judged.empty:
        return ""
    times = {verdict: int((judged["verdict"] == verdict).sum()) for verdict in ("nått", "ej nått", "kan inte avgöras")}
    return (
        f"När slumpen räknas in (underliggande nivå): {counted(times['nått'], 'mål nått', 'mål nådda')}, "
        f"{counted(times['ej nått'], 'inte nått', 'inte nådda')}, "
        f"{times['kan inte avgöras']} går inte att avgöra."
    )


def _both(demands: pd.DataFrame) -> str:
    number = int((demands["genders"] > 1).sum())
    told = counted(number, "mål gäller", "mål gäller")
    return f"{told} kvinnor och män var för sig och är nådda först när båda har nått dem." if number else ""


def _indices(model: LogicModel) -> str:
    table = composites(model)
    apart = table[table["contradicts"] | (table["check"] == "stämmer inte")]
    return _named("Sammanvägda index vars tryckta siffror inte går ihop", apart)


def _named(what: str, rows: pd.DataFrame) -> str:
    """Name the indicators; of many the first, and how many more."""
    names = [f"”{markdown_text(title)}”" for title in dict.fromkeys(rows["title"])]
    more = len(names) - NAMED
    told = [*names[:NAMED], f"{more} till"] if more > 1 else names
    return f"{what}: {listing(told)}." if names else ""


def _contradictions(evaluation: pd.DataFrame) -> str:
    wrong = evaluation[evaluation["check"] == "stämmer inte"]
    checked = int((evaluation["check"] != "").sum())
    if not checked:
        return ""
    if wrong.empty:
        return f"{counted(checked, 'tryckt procentsats', 'tryckta procentsatser')} har kontrollerats mot antalen; alla stämmer."
    told = " ".join(f"”{markdown_text(row.title)}”: {_shortly(row.reason)}" for row in wrong.head(NAMED).itertuples())
    start = f"{counted(checked, 'tryckt procentsats', 'tryckta procentsatser')} har kontrollerats; {len(wrong)} stämmer inte."
    return f"{start} {told}"


def _shortly(reason: str) -> str:
    """Return a reason of one line; a longer one is left to the table of remarks."""
    return markdown_text(reason) if len(reason) <= ONE_LINE else "se anmärkningarna."


def _published(number: int, sources: list[str]) -> str:
    start = _of_kind(number, "är publicerad sedan tidigare", "är publicerade sedan tidigare")
    return f"{start[:-1]} (markerade *Publicerad*): {markdown_text('; '.join(sources))}." if start else ""


def _of_kind(number: int, one: str, several: str) -> str:
    return f"{counted(number, f'siffra {one}', f'siffror {several}')}." if number else ""


def _field(name: str, text: str) -> str:
    return f"- {name}: {markdown_text(text)}" if text else ""
