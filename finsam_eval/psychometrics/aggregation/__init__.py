"""What a unit's mean is worth: whether its persons agree, whether it is reliable, and where the variance lies."""

from finsam_eval.psychometrics.aggregation.components import VarianceComponents, variance_components
from finsam_eval.psychometrics.aggregation.units import UnitReliability, unit_reliability
from finsam_eval.psychometrics.aggregation.within import WithinGroup, within_group_agreement

__all__ = [
    "UnitReliability",
    "VarianceComponents",
    "WithinGroup",
    "unit_reliability",
    "variance_components",
    "within_group_agreement",
]
