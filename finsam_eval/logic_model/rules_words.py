"""What the words give away: what is not filled in, not decided, said twice, or cannot be seen at one time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from finsam_eval.logic_model.findings import Found, Rule, Subject, goals, is_outcome, named, quoted
from finsam_eval.logic_model.model import Indicator, LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, Area, Node

PLACEHOLDER = re.compile(
    r"\b[xX]+ ?(procent|%|personer|st\b)|\b(19|20)\d\d-?(MM|XX|xx)\w*"
    r"|\b(MMDD|ÅÅÅÅ|YYYY|XX+|TBD)|<[^<>]+>|\?\?|\.\.\.\s*%"
)
"""What people write where a number or a date is to be filled in."""

UNMEASURABLE = re.compile(
    r"\b(inte|ej|icke) (är )?(mätbar|möjlig\w* att mäta)|\bomätbar|\bgår inte att mäta|\b(ingen|utan) mätning\b",
    re.IGNORECASE,
)
"""How a document says itself that something cannot be measured, or is not."""

UNDECIDED = re.compile(r"\balternativ\w* formulering|\balternativt:|\benligt\b.*; ?enligt\b", re.IGNORECASE)
"""How a document that says two things reads."""

PROPOSED = re.compile(r"\bförslag:|\butkast\b", re.IGNORECASE)
"""How a draft reads."""

NOT_WRITTEN = re.compile(
    r"(tas fram|formuleras|anges|bestäms|utarbetas|fastställs)\b|.*\b(ej|inte) (angiv|bestäm|formulera)\w+",
    re.IGNORECASE,
)
"""What stands where an indicator is to be written later."""

CHANGE = re.compile(
    r"\b(öka[dtrs]?|ökade|ökning\w*|utökat|minska[dtrs]?|minskade|mindre|fler|färre|högre|lägre|bättre|förbättra[dtrs]?"
    r"|förbättrade|förbättrats|förändring(en|ar|arna)?|starkare|stärk(t|ts|s)|kortare|snabbare"
    r"|mer än (i ?dag|nu|förut|tidigare))\b",
    re.IGNORECASE,
)
"""Words that compare with something earlier."""

COMPARED = re.compile(
    r"\bföre och efter\b|\bmer än (i dag|idag)\b|\bjämfört med\b|\bsedan förra\b|\böver tid\b"
    r"|\bfölj(er|s)\b(?! upp)",
    re.IGNORECASE,
)
"""Words that tell two times."""

PERCEIVED = re.compile(r"\b(upplev\w+|anser|tycker|känner|bedömer|ser att)\b", re.IGNORECASE)
"""Words of those who are asked how it is for them."""

_DOING = (
    *(
        "anordna",
        "ansöka",
        "arbeta",
        "besluta",
        "besöka",
        "bjuda",
        "delta",
        "erbjuda",
        "fånga",
        "följa",
        "genomföra",
        "göra",
    ),
    *(
        "hitta",
        "hålla",
        "identifiera",
        "implementera",
        "informera",
        "införa",
        "kartlägga",
        "marknadsföra",
        "ordna",
        "planera",
    ),
    *("rekrytera", "samarbeta", "samordna", "samverka", "skapa", "skriva", "sprida", "starta", "stödja", "söka", "ta"),
    *(
        "träffa",
        "undersöka",
        "utbilda",
        "utforma",
        "utreda",
        "utveckla",
        "utvärdera",
        "validera",
        "återkoppla",
        "analysera",
    ),
)
ACTIVITY = re.compile(rf"(att )?({'|'.join(_DOING)})\b", re.IGNORECASE)
"""An indicator that begins with what is to be done."""

_NUMBERS = {"två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10}
_PROMISED = re.compile(rf"\b({'|'.join(_NUMBERS)}) \w+[^.]*?[,:] ", re.IGNORECASE)
_LISTED = re.compile(r"(?<!\d)(\d)[.)] ")

HEADINGS = {
    "problem": ("problem",),
    "aktivitet": ("aktivitet",),
    "prestation": ("prestation",),
    "resultat": ("resultat",),
    "effekt_kort": ("kortsiktig effekt", "effekt på kort sikt", "kortsiktiga effekter"),
    "effekt_lang": ("långsiktig effekt", "effekt på lång sikt", "långsiktiga effekter"),
}
"""What the headings of a level are usually called."""

ABOUT = {
    "individ": re.compile(r"\bindivid-? ?(nivå|perspektiv)", re.IGNORECASE),
    "organisation": re.compile(r"\borganisations-? ?(nivå|perspektiv)", re.IGNORECASE),
    "samhalle": re.compile(r"\bsamhälls-? ?(nivå|perspektiv)", re.IGNORECASE),
}
"""How a heading says whom what stands under it is about."""

ABOUT_WORDS = {"individ": "individer", "organisation": "organisationer", "samhalle": "samhället"}

FEW = 4
"""Titles of fewer words than this are held to be the same only where they are the same."""

_NOT_TOLD_BY = re.compile(r"\b(minst|högst|procent|av|att|som|de|den|det|dem|\d+|x)\b|[^\w ]")


def _placeholder(model: LogicModel) -> Found:
    for subject, texts in _texts(model):
        for text in _first(PLACEHOLDER, texts):
            yield subject, f"{_called(subject)} innehåller något som inte är ifyllt: ”{text}”."
    for indicator in model.indicators:
        if not_written(indicator):
            yield indicator, f"Vad som mäts är inte formulerat än: där står ”{indicator.title}”."


def _goal_without_value(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if goal.value is None:
            yield indicator, f"Målet för {quoted(indicator)} ({goal.period}) har inget värde: det sägs inte hur mycket."


def not_written(indicator: Indicator) -> bool:
    """Return whether there stands only that an indicator is to be written."""
    return bool(NOT_WRITTEN.match(indicator.title))


def _own_words(model: LogicModel) -> Found:
    for subject, texts in _texts(model):
        for text in _first(UNMEASURABLE, texts):
            yield subject, f"{_called(subject)} går inte att mäta enligt sina egna ord: ”{text}”."


def _undecided(model: LogicModel) -> Found:
    for subject, texts in _texts(model):
        for text in texts:
            where = "" if text in _called(subject) else f" (”{text}”)"
            if UNDECIDED.search(text):
                told = f"har mer än en lydelse{where}: det är inte bestämt vilken som gäller"
                yield subject, f"{_called(subject)} {told}."
            if PROPOSED.search(text):
                yield subject, f"{_called(subject)} är ett förslag{where}: det är inte beslutat."


def _short_list(model: LogicModel) -> Found:
    for subject, texts in _texts(model):
        for text in texts:
            promised, listed = _PROMISED.search(text), len(set(_LISTED.findall(text)))
            if promised and 0 < listed < _NUMBERS[promised[1].lower()]:
                yield subject, f"{_called(subject)} säger {promised[1].lower()} men räknar upp {listed}."


def _activity_as_measure(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if ACTIVITY.match(indicator.title):
            yield indicator, f"{quoted(indicator)} är något som ska göras, inte något som mäter vad det ledde till."


def _change_at_one_time(model: LogicModel) -> Found:
    for node in model.nodes:
        own = model.indicators_of(node.id)
        if is_outcome(node) and own and CHANGE.search(node.title) and not any(_two_times(one) for one in own):
            which = "dess indikator säger inte" if len(own) == 1 else "ingen av dess indikatorer säger"
            yield node, f"{named(node)} är en förändring, men {which} från vilket läge eller mellan vilka tidpunkter."
    changing = {node.id for node in model.nodes if is_outcome(node) and CHANGE.search(node.title)}
    for indicator in model.indicators:
        if indicator.node not in changing and CHANGE.search(indicator.title) and not _two_times(indicator):
            if PERCEIVED.search(indicator.title):
                yield (
                    indicator,
                    f"{quoted(indicator)} frågar i efterhand om en förändring: det sägs inte om läget före mäts.",
                )
            else:
                yield indicator, f"{quoted(indicator)} är en förändring, men det sägs inte från vilket läge."


def _two_times(indicator: Indicator) -> bool:
    periods = {goal.period for goal in indicator.targets}
    told = f"{indicator.title} {indicator.occasion} {indicator.denominator} {indicator.description}"
    return indicator.baseline is not None or len(periods) > 1 or bool(COMPARED.search(told))


def _indicator_twice(model: LogicModel) -> Found:
    areas = {node.id: node.area or "" for node in model.nodes}
    same: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in model.indicators:
        same.setdefault((areas[indicator.node], _plain(indicator.title)), []).append(indicator)
    for several in same.values():
        if len(several) > 1:
            ids = ", ".join(one.id for one in several)
            yield several[0], f"{quoted(several[0])} står {len(several)} gånger ({ids})."


def _goal_twice(model: LogicModel) -> Found:
    for node, earlier in goals_twice(model):
        if node.level == earlier.level and _plain(node.title) == _plain(earlier.title):
            yield node, f"{named(node)} står mer än en gång."
        else:
            yield node, f"{named(node)} säger detsamma som {named(earlier, start=False)}."


def goals_twice(model: LogicModel) -> Iterator[tuple[Node, Node]]:
    """Yield every goal that says what an earlier one of its area, or of another level, says already, with that one."""
    outcomes = [(node, _told_by(node.title)) for node in model.nodes if is_outcome(node)]
    for place, (node, words) in enumerate(outcomes):
        for earlier, others in outcomes[:place]:
            near = node.area == earlier.area or node.level != earlier.level
            if near and _same(node, words, earlier, others):
                yield node, earlier
                break


def _same(node: Node, words: frozenset[str], other: Node, others: frozenset[str]) -> bool:
    """Return whether two titles say one thing: the same words, or all the words of one among those of the other."""
    fewer = min(len(words), len(others))
    return _plain(node.title) == _plain(other.title) or (fewer >= FEW and (words <= others or others <= words))


def _heading_twice(model: LogicModel) -> Found:
    headings = [(area.section, _plain(area.title)) for area in model.areas]
    for place, area in enumerate(model.areas):
        if headings[place] in headings[:place]:
            yield area, f"Rubriken {quoted(area)} står mer än en gång ({area.id})."


def _misplaced_heading(model: LogicModel) -> Found:
    nodes = {node.id: node for node in model.nodes}
    for area in model.areas:
        under = [node for node in model.nodes if node.area == area.id]
        under += [nodes[one.node] for one in model.indicators if one.area == area.id]
        said, levels = _levels_said(area), {node.level for node in under}
        if said and levels and not said & levels:
            found = " och ".join(LEVEL_LABELS[level].lower() for level in LEVEL_LABELS if level in levels)
            yield area, f"Under rubriken {quoted(area)} ({area.id}) står det som hör till nivån {found}."
        about = {name for name, pattern in ABOUT.items() if pattern.search(area.title)}
        others = [node.target_level for node in under if node.target_level and node.target_level not in about]
        if about and 2 * len(others) > len(under):
            most = ABOUT_WORDS[max(others, key=others.count)]
            yield area, f"Under rubriken {quoted(area)} ({area.id}) gäller det mesta {most}."


def _levels_said(area: Area) -> set[str]:
    title = area.title.casefold()
    return {level for level, names in HEADINGS.items() if any(name in title for name in names)}


def _texts(model: LogicModel) -> Iterator[tuple[Subject, list[str]]]:
    subjects: list[Area | Node | Indicator] = [*model.areas, *model.nodes, *model.indicators]
    for subject in subjects:
        yield subject, [text for text in dict(subject).values() if isinstance(text, str)]


def _first(pattern: re.Pattern[str], texts: list[str]) -> list[str]:
    return [found.group().strip() for text in texts if (found := pattern.search(text))]


def _called(subject: Subject) -> str:
    if isinstance(subject, Node):
        return named(subject)
    if isinstance(subject, Area):
        return f"Området {quoted(subject)}"
    return quoted(subject) if subject is not None else "Modellen"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _told_by(title: str) -> frozenset[str]:
    return frozenset(_NOT_TOLD_BY.sub(" ", title.casefold()).split())


WORDS = [
    Rule("placeholder", "Inte ifyllt", _placeholder, "Fyll i det som saknas, eller skriv när det ska bestämmas."),
    Rule(
        "target_without_value",
        "Mål utan värde",
        _goal_without_value,
        "Skriv vilket värde som ska nås, eller att det ska bestämmas när läget före är känt.",
    ),
    Rule(
        "unmeasurable",
        "Omätbart enligt sina egna ord",
        _own_words,
        "Säg vad som skulle synas om det uppnåddes, och mät det.",
    ),
    Rule("undecided_wording", "Flera lydelser", _undecided, "Bestäm vilken lydelse som gäller."),
    Rule(
        "short_list",
        "Uppräkningen är kortare än det sägs",
        _short_list,
        "Skriv in det som saknas, eller rätta antalet.",
    ),
    Rule(
        "activity_as_measure",
        "Aktivitet som mått",
        _activity_as_measure,
        "Flytta den till aktiviteterna, och mät vad den ledde till.",
    ),
    Rule(
        "change_at_one_time",
        "Förändring vid en enda tidpunkt",
        _change_at_one_time,
        "Mät före och efter, eller ange ett utgångsläge.",
    ),
    Rule(
        "indicator_twice",
        "Samma indikator flera gånger",
        _indicator_twice,
        "Behåll en av dem, eller skriv vad som skiljer dem åt.",
    ),
    Rule("goal_twice", "Samma mål flera gånger", _goal_twice, "Behåll ett av dem, eller skriv vad som skiljer dem åt."),
    Rule("heading_twice", "Samma rubrik flera gånger", _heading_twice, "Rätta den ena rubriken."),
    Rule(
        "misplaced_heading",
        "Rubrik på fel plats",
        _misplaced_heading,
        "Rätta rubriken, eller flytta det som står under den.",
    ),
]
