"""A result → a figure with its own words for those who cannot see it."""

from finsam_eval.plots.contrasts import funnel, smoothed
from finsam_eval.plots.country import in_every_forbund
from finsam_eval.plots.logic_model import drawing
from finsam_eval.plots.measurement import answered_twice, answers, bland_altman, reliability_by_answers
from finsam_eval.plots.reliability import retest
from finsam_eval.plots.shared import Figure, NoFigure
from finsam_eval.plots.units import distribution, gaps, levels
from finsam_eval.plots.validity_change import change_srm
from finsam_eval.plots.validity_hypotheses import hypotheses_tried

__all__ = [
    "hypotheses_tried",
    "change_srm",
    "Figure",
    "NoFigure",
    "answered_twice",
    "answers",
    "bland_altman",
    "distribution",
    "drawing",
    "funnel",
    "gaps",
    "in_every_forbund",
    "levels",
    "reliability_by_answers",
    "retest",
    "smoothed",
]
