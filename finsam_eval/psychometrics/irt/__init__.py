"""Answers as signs of where persons are on a scale: item response theory, parametric and not."""

from finsam_eval.psychometrics.irt.dif import Dif, dif
from finsam_eval.psychometrics.irt.graded import GradedResponse, graded_response
from finsam_eval.psychometrics.irt.mokken import Mokken, mokken

__all__ = ["Dif", "GradedResponse", "Mokken", "dif", "graded_response", "mokken"]
