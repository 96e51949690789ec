"""What items have in common, how many things that is, and whether it is the same for all."""

from finsam_eval.psychometrics.factors.confirmatory import FactorModel, cfa
from finsam_eval.psychometrics.factors.correlations import Polychoric, polychoric
from finsam_eval.psychometrics.factors.dimensions import Bartlett, Kmo, MapTest, bartlett, kmo, map_test
from finsam_eval.psychometrics.factors.discriminant import Htmt, htmt
from finsam_eval.psychometrics.factors.exploratory import Efa, efa
from finsam_eval.psychometrics.factors.invariant import Invariance, invariance, invariance_over_occasions
from finsam_eval.psychometrics.factors.parallel import ParallelAnalysis, parallel_analysis
from finsam_eval.psychometrics.factors.shared_variance import ConvergentValidity, convergent

__all__ = [
    "Bartlett",
    "ConvergentValidity",
    "Efa",
    "FactorModel",
    "Htmt",
    "Invariance",
    "Kmo",
    "MapTest",
    "ParallelAnalysis",
    "Polychoric",
    "bartlett",
    "cfa",
    "convergent",
    "efa",
    "htmt",
    "invariance",
    "invariance_over_occasions",
    "kmo",
    "map_test",
    "parallel_analysis",
    "polychoric",
]
