"""What do the items have in common, and is it the same for all? Factor models of continuous and of ordered answers."""

from finsam_eval.psychometrics.factors.confirmatory import FactorModel, cfa
from finsam_eval.psychometrics.factors.correlations import Polychoric, polychoric
from finsam_eval.psychometrics.factors.invariant import Invariance, invariance, invariance_over_occasions
from finsam_eval.psychometrics.factors.shared_variance import ConvergentValidity, convergent

__all__ = [
    "ConvergentValidity",
    "FactorModel",
    "Invariance",
    "Polychoric",
    "cfa",
    "convergent",
    "invariance",
    "invariance_over_occasions",
    "polychoric",
]
