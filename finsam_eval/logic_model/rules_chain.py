"""What is wrong with the chain: work that leads nowhere, results nobody works for, jumps, arrows back and rings."""

from __future__ import annotations

from collections.abc import Iterable, Set

from finsam_eval.logic_model.findings import Found, Rule, is_outcome, named, quoted, rank
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS, Node
from finsam_eval.swedish import listing

EFFECTS = {"effekt_kort", "effekt_lang"}

BEGINNINGS = ("problem", "resurs", "aktivitet")
"""Levels that nothing need lead to."""

ENDS = ("resurs", "effekt_lang")
"""Levels that need lead to nothing: what is put in is put into all of it; a vision may be what it all was for."""


def _leads_nowhere(model: LogicModel) -> Found:
    highest = max(rank(node) for node in model.nodes)
    tails = {link.tail for link in model.links}
    for node in model.nodes:
        if node.level in ENDS or node.id in tails:
            continue
        if not is_outcome(node) or rank(node) < highest:
            yield node, f"{named(node)} leder inte till något i modellen."


def _nobody_works_for(model: LogicModel) -> Found:
    reached = {link.head for link in model.links}
    if not any(node.level in ("resurs", "aktivitet") for node in model.nodes):
        yield None, "Modellen har inga aktiviteter: det sägs inte vad som ska leda till målen."
        return
    for node in model.nodes:
        if node.level not in BEGINNINGS and node.id not in reached:
            yield node, f"Inget i modellen leder till {named(node, start=False)}."


def _level_jumped(model: LogicModel) -> Found:
    used, nodes = {node.level for node in model.nodes}, _by_id(model)
    for link in model.links:
        tail, head = nodes[link.tail], nodes[link.head]
        jumped = [] if tail.level == "problem" else _jumped(tail, head, used)
        if jumped:
            names = listing([LEVEL_LABELS[level].lower() for level in jumped])
            way = "hoppar över" if used & set(jumped) else "går direkt, fast däremellan borde stå något på"
            yield tail, f"Pilen från {quoted(tail)} till {quoted(head)} {way} nivån {names}."


def _jumped(tail: Node, head: Node, used: Set[str]) -> list[str]:
    """Return the levels between two nodes that the model uses, and the results and effects that a chain cannot lack.

    A goal about the organisation, or about those whom the result is about, may follow without an effect between.
    """
    over = LEVELS[rank(tail) + 1 : rank(head)]
    if head.target_level == "organisation" or (head.target_level and head.target_level == tail.target_level):
        return [level for level in over if level in used - EFFECTS]
    jumped = [level for level in over if level in used or level == "resultat"]
    return jumped or (["effekt_kort"] if set(over) >= EFFECTS else [])


def _backwards(model: LogicModel) -> Found:
    nodes = _by_id(model)
    for link in model.links:
        tail, head = nodes[link.tail], nodes[link.head]
        if rank(head) < rank(tail):
            yield tail, f"Pilen från {quoted(tail)} till {quoted(head)} går från en senare nivå till en tidigare."


def _cycle(model: LogicModel) -> Found:
    nodes = _by_id(model)
    for members in cycles(model):
        ring = " → ".join(quoted(nodes[name]) for name in [*members, members[0]])
        yield nodes[members[0]], f"Pilarna går i en ring: {ring}."


def led_to(model: LogicModel, starts: Iterable[str]) -> set[str]:
    """Return the nodes that the arrows lead to from any of `starts`, by any number of steps."""
    heads: dict[str, list[str]] = {node.id: [] for node in model.nodes}
    for link in model.links:
        heads[link.tail].append(link.head)
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        following = set(heads[waiting.pop()]) - found
        found |= following
        waiting += following
    return found


def cycles(model: LogicModel) -> list[list[str]]:
    """Return the rings that the links form, each once, from its member that stands first in the model.

    Of rings that share nodes only one that is found first is told; when it is opened the next shows.
    """
    heads: dict[str, list[str]] = {node.id: [] for node in model.nodes}
    for link in model.links:
        heads[link.tail].append(link.head)
    found: list[list[str]] = []
    seen: set[str] = set()
    for node in model.nodes:
        ring = [] if node.id in seen else _way_back(heads, node.id)
        if ring:
            found.append(ring)
            seen |= set(ring)
    return found


def _way_back(heads: dict[str, list[str]], start: str) -> list[str]:
    """Return the shortest way from a node back to itself, empty where there is none."""
    ways, visited = [[start]], {start}
    for way in ways:
        for following in heads[way[-1]]:
            if following == start:
                return way
            if following not in visited:
                visited.add(following)
                ways.append([*way, following])
    return []


def _by_id(model: LogicModel) -> dict[str, Node]:
    return {node.id: node for node in model.nodes}


CHAIN = [
    Rule(
        "leads_nowhere",
        "Leder inte till något",
        _leads_nowhere,
        "Rita en pil till det som den ska leda till, eller skriv i planen att kedjan slutar här.",
    ),
    Rule(
        "nobody_works_for",
        "Ingen arbetar för det",
        _nobody_works_for,
        "Skriv in det som ska leda dit och rita en pil därifrån, eller skriv vem annan som ansvarar för det.",
    ),
    Rule("level_jumped", "En nivå hoppas över", _level_jumped, "Skriv in mellanledet, det som ska hända först."),
    Rule("backwards", "Pil åt fel håll", _backwards, "Vänd pilen, eller flytta den ena till en annan nivå."),
    Rule("cycle", "Pilar i ring", _cycle, "Låt pilarna följa tiden; återkoppling beskrivs i text."),
]
