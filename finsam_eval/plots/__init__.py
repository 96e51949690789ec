"""A result → a figure with its own words for those who cannot see it."""

from finsam_eval.plots.contrasts import funnel, smoothed
from finsam_eval.plots.country import in_every_forbund
from finsam_eval.plots.logic_model import drawing
from finsam_eval.plots.reliability import retest
from finsam_eval.plots.shared import Figure, NoFigure
from finsam_eval.plots.units import distribution, gaps, levels

__all__ = [
    "Figure",
    "NoFigure",
    "distribution",
    "drawing",
    "funnel",
    "gaps",
    "in_every_forbund",
    "levels",
    "retest",
    "smoothed",
]
