"""Lines for the one who has just filled in a logic model: what cannot be evaluated, and which mätpunkter are like it."""

from __future__ import annotations

from collections import Counter

from finsam_eval.codebook import Codebook
from finsam_eval.logic_model import Finding, LogicModel, lint, propose_matpunkter, rule_title
from finsam_eval.swedish import decimal
from finsam_eval.wording.shared import counted

FEW = 3
"""Places of one kind of defect that are told."""


def review_lines(model: LogicModel) -> list[str]:
    """Say what stands in the way of evaluating a model, a line for each kind of defect and its first places."""
    found: dict[str, list[Finding]] = {}
    for finding in lint(model):
        found.setdefault(finding.rule, []).append(finding)
    if not found:
        return ["Granskningen hittade inget som hindrar en utvärdering."]
    number = counted(sum(map(len, found.values())), "brist", "brister")
    lines = [f"Det som inte går att utvärdera som det står, {number} av {len(found)} slag:"]
    for rule, several in found.items():
        lines.append(f"- {rule_title(rule)} ({len(several)}): {several[0].remedy}")
        lines += [f"    {one.sentence}" for one in several[:FEW]]
        lines += [f"    … och {len(several) - FEW} till (alla finns i rapporten)."] if len(several) > FEW else []
    return lines


def review_line(model: LogicModel) -> str:
    """Say in one line how much in a model cannot be evaluated as it stands; nothing where all can."""
    times = Counter(rule_title(one.rule) for one in lint(model))
    kinds = ", ".join(f"{title} {number}" for title, number in times.most_common())
    number = counted(times.total(), "brist", "brister")
    return f"Planen ”{model.title}” har {number}, som rapporten räknar upp: {kinds}." if times else ""


def likest_lines(model: LogicModel, codebook: Codebook) -> list[str]:
    """Say which mätpunkter of the instrument each indicator is likest, for a person to confirm, or that none is."""
    found = propose_matpunkter(model, codebook)
    open_ones = found[found["confirmed"] == ""]
    if open_ones.empty and model.indicators:
        others, number = "andra " if len(found) else "", len(model.indicators)
        whole = "indikatorn" if number == 1 else f"de {number} indikatorerna"
        return [f"Inga {others}mätpunkter i den gemensamma enkäten liknar {whole}."]
    told = [
        f"- ”{one.title}” liknar kärnindikator {one.karnindikator} ({one.items}), {decimal(one.score, 2)}"
        for one in open_ones.itertuples()
    ]
    start = "Mätpunkter som kan fråga samma sak; skriv dem under Mätpunkter om någon bekräftar det:"
    return [start, *told] if told else []
