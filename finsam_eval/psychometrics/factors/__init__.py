"""The opinions behind items: how many they are, and which items belong to which."""

from finsam_eval.psychometrics.factors.dimensions import (
    Bartlett,
    Kmo,
    MapTest,
    bartlett,
    kmo,
    map_test,
)
from finsam_eval.psychometrics.factors.discriminant import Htmt, htmt
from finsam_eval.psychometrics.factors.exploratory import Efa, efa
from finsam_eval.psychometrics.factors.parallel import ParallelAnalysis, parallel_analysis

__all__ = [
    "Bartlett",
    "Efa",
    "Htmt",
    "Kmo",
    "MapTest",
    "ParallelAnalysis",
    "bartlett",
    "efa",
    "htmt",
    "kmo",
    "map_test",
    "parallel_analysis",
]
