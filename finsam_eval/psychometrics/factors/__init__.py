"""The opinions behind items: how many they are, and which items belong to which."""

from finsam_eval.psychometrics.factors.dimensions import (
    Bartlett,
    Kmo,
    MapTest,
    ParallelAnalysis,
    bartlett,
    kmo,
    map_test,
    parallel_analysis,
)
from finsam_eval.psychometrics.factors.discriminant import Htmt, htmt
from finsam_eval.psychometrics.factors.exploratory import Efa, efa

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
