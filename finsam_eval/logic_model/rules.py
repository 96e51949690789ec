"""What in a logic model cannot be evaluated as it stands, said before money is spent. One small rule a defect."""

from __future__ import annotations

from finsam_eval.errors import UnknownName
from finsam_eval.logic_model.findings import Finding
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.rules_chain import CHAIN
from finsam_eval.logic_model.rules_measures import MEASURES
from finsam_eval.logic_model.rules_targets import TARGETS
from finsam_eval.logic_model.rules_whole import WHOLE
from finsam_eval.logic_model.rules_words import WORDS

RULES = [*MEASURES, *TARGETS, *CHAIN, *WORDS, *WHOLE]


def lint(model: LogicModel) -> tuple[Finding, ...]:
    """Return what cannot be evaluated in the model as it stands: rule by rule, in the model's order.

    A model with findings can still be evaluated as far as it goes.
    """
    return tuple(finding for rule in RULES for finding in rule.findings(model))


def rule_title(name: str) -> str:
    """Return what a rule's defect is called in Swedish, for the heading above its findings.

    Raises
    ------
    UnknownName
        When no rule has that id.
    """
    titles = {rule.id: rule.title for rule in RULES}
    if name not in titles:
        raise UnknownName(f"no rule is called {name!r}; there are {', '.join(titles)}")
    return titles[name]
