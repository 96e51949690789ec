"""A result → a figure with its own words for those who cannot see it."""

from finsam_eval.plots.contrasts import funnel, smoothed
from finsam_eval.plots.country import in_every_forbund
from finsam_eval.plots.logic_model import drawing
from finsam_eval.plots.measurement import answered_twice, answers, bland_altman, reliability_by_answers
from finsam_eval.plots.reliability import retest
from finsam_eval.plots.response_model import category_curves, information, item_information
from finsam_eval.plots.shared import Figure, NoFigure
from finsam_eval.plots.units import distribution, gaps, levels
from finsam_eval.plots.validity import loadings, path_diagram, read_differently, scalability, scree
from finsam_eval.plots.validity_change import change_srm
from finsam_eval.plots.validity_content import content_validity
from finsam_eval.plots.validity_hypotheses import hypotheses_tried
from finsam_eval.plots.validity_outcomes import calibrated, roc_curves

__all__ = [
    "Figure",
    "NoFigure",
    "answered_twice",
    "answers",
    "bland_altman",
    "calibrated",
    "category_curves",
    "change_srm",
    "content_validity",
    "distribution",
    "drawing",
    "funnel",
    "gaps",
    "hypotheses_tried",
    "in_every_forbund",
    "information",
    "item_information",
    "levels",
    "loadings",
    "path_diagram",
    "read_differently",
    "reliability_by_answers",
    "retest",
    "roc_curves",
    "scalability",
    "scree",
    "smoothed",
]
