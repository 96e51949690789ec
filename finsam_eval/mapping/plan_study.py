"""A logic model → the study.yaml of a study of it: a plan needs no files of answers, only to be named and dated."""

from __future__ import annotations

import json
import re

from finsam_eval.logic_model import LogicModel
from finsam_eval.mapping.model_faults import either

YEAR = re.compile(r"(19|20)\d\d")

PLAN = """\
# En studie av en plan. Fyll i allt som står inom < >, och i policy.yaml vem som beslutat den; kör sedan: ./run run
id: {id}
name: {name}
language: sv
codebook: nns2015            # ingen enkät läses; mätpunkter kan föreslås till indikatorerna
periods:                     # de perioder som målvärdena gäller
{periods}
report_period: {period}          # den som rapporten gäller

# När utfall finns: ta bort #, och skriv en rad för varje indikator, period och kön i data/raw/observations.csv
# sources:
#   observations:
#     file: observations.csv
#     columns: {{indicator: indikator, period: period, gender: kön, x: antal, n: av, value: värde, source: källa}}

policy: policy.yaml
logic_models: [{file}]
reports: [logikmodell]

controller: <den som ansvarar; står längst ner på varje sida>
legal_basis: Inga personuppgifter behandlas
ethics: Ingen etikprövning behövs för en plan utan personuppgifter
retention: {{until: 2035-12-31, reason: Planen kan hämtas igen ur källan}}
"""

UNKNOWN = "<året>"


def plan_settings(model: LogicModel, file: str) -> str:
    """Return the text of a study.yaml around a plan, with what the plan does not say left within < >.

    Its periods are those of the targets, a year from its first day to its last. Days of other periods, and which of
    several the report is about, are for the one who knows them. `file` is the model's in the study's folder.
    """
    named = sorted({goal.period for indicator in model.indicators for goal in indicator.targets}) or [UNKNOWN]
    words = {
        "file": _quoted(file),
        "id": model.id,
        "name": _quoted(" – ".join(filter(None, (model.organisation, model.title)))),
    }
    return PLAN.format(**words, periods="\n".join(map(_period, named)), period=_quoted(_of_report(named)))


def _of_report(named: list[str]) -> str:
    """Return the period of the report: the only one, or what to choose between."""
    return named[0] if len(named) == 1 else f"<{either(named)}: den period som planen gäller>"


def _period(name: str) -> str:
    if YEAR.fullmatch(name):
        kind, start, end = "ar", f"{name}-01-01", f"{name}-12-31"
    else:
        kind, start, end = "<slag>", "<första dagen>", "<sista dagen>"
    return f"  - {{id: {_quoted(name)}, label: {_quoted(name)}, kind: {kind}, start: {start}, end: {end}}}"


def _quoted(text: str) -> str:
    """Return a text as YAML takes it whatever its signs."""
    return json.dumps(text, ensure_ascii=False)
