"""A programme theory → what cannot be evaluated, what is reached, and how the chain is drawn."""

from finsam_eval.logic_model.answers import NodeAnswers, node_answers
from finsam_eval.logic_model.change import enough, since_baseline
from finsam_eval.logic_model.composite import composites
from finsam_eval.logic_model.cost import cost_per_person, costs
from finsam_eval.logic_model.criteria_met import Answer, indicator_criteria
from finsam_eval.logic_model.demands import by_goal, by_level, joint
from finsam_eval.logic_model.evaluability import evaluability
from finsam_eval.logic_model.evaluation import COLUMNS, OBSERVED, Standing, evaluate, standing, unknown_indicators
from finsam_eval.logic_model.findings import Finding
from finsam_eval.logic_model.layout import Place, folded, layout, mermaid
from finsam_eval.logic_model.links import Association, association
from finsam_eval.logic_model.loading import find_model, load, load_models, model_targets
from finsam_eval.logic_model.matpunkter import propose_matpunkter
from finsam_eval.logic_model.mediating import Mediation, mediation
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.money import economy
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS
from finsam_eval.logic_model.power import needed, power_at
from finsam_eval.logic_model.printed import fits, possible_bases, possible_counts
from finsam_eval.logic_model.rules import RULES, lint, rule_title
from finsam_eval.logic_model.separation import Independence, d_separated, implied, independence, independences
from finsam_eval.logic_model.support import chains, contribution
from finsam_eval.logic_model.tested import gaps_on_data, links_on_data, steps_on_data
from finsam_eval.logic_model.unprinted import bases
from finsam_eval.logic_model.wholes import sums

__all__ = [
    "COLUMNS",
    "LEVELS",
    "LEVEL_LABELS",
    "OBSERVED",
    "RULES",
    "Answer",
    "Association",
    "Finding",
    "Independence",
    "LogicModel",
    "Mediation",
    "NodeAnswers",
    "Place",
    "Standing",
    "association",
    "bases",
    "by_goal",
    "by_level",
    "chains",
    "composites",
    "contribution",
    "cost_per_person",
    "costs",
    "d_separated",
    "economy",
    "enough",
    "evaluability",
    "evaluate",
    "find_model",
    "fits",
    "folded",
    "gaps_on_data",
    "implied",
    "independence",
    "independences",
    "indicator_criteria",
    "joint",
    "layout",
    "links_on_data",
    "lint",
    "load",
    "load_models",
    "mediation",
    "mermaid",
    "model_targets",
    "needed",
    "node_answers",
    "possible_bases",
    "possible_counts",
    "power_at",
    "propose_matpunkter",
    "rule_title",
    "since_baseline",
    "standing",
    "steps_on_data",
    "sums",
    "unknown_indicators",
]
