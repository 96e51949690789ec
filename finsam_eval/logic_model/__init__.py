"""A programme theory → what cannot be evaluated, what is reached, and how the chain is drawn."""

from finsam_eval.logic_model.criteria_met import Answer, indicator_criteria
from finsam_eval.logic_model.evaluability import evaluability
from finsam_eval.logic_model.evaluation import COLUMNS, OBSERVED, Standing, evaluate, standing, unknown_indicators
from finsam_eval.logic_model.findings import Finding
from finsam_eval.logic_model.layout import Place, folded, layout, mermaid
from finsam_eval.logic_model.matpunkter import propose_matpunkter
from finsam_eval.logic_model.model import LogicModel, find_model, load, load_models, model_targets
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS
from finsam_eval.logic_model.printed import fits, possible_bases
from finsam_eval.logic_model.rules import RULES, lint, rule_title

__all__ = [
    "COLUMNS",
    "LEVELS",
    "LEVEL_LABELS",
    "OBSERVED",
    "RULES",
    "Answer",
    "Finding",
    "LogicModel",
    "Place",
    "Standing",
    "evaluability",
    "evaluate",
    "find_model",
    "fits",
    "folded",
    "indicator_criteria",
    "layout",
    "lint",
    "load",
    "load_models",
    "mermaid",
    "model_targets",
    "possible_bases",
    "propose_matpunkter",
    "rule_title",
    "standing",
    "unknown_indicators",
]
