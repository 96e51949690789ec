"""A result → a figure with its own words for those who cannot see it."""

from finsam_eval.plots.shared import Figure, NoFigure
from finsam_eval.plots.units import distribution, gaps, levels

__all__ = ["Figure", "NoFigure", "distribution", "gaps", "levels"]
