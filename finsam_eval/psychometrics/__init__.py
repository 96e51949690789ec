"""How well the mätpunkter measure: answers in, reliability and agreement out. Nothing here knows of secrecy."""

from finsam_eval.psychometrics.aggregation import (
    UnitReliability,
    VarianceComponents,
    WithinGroup,
    unit_reliability,
    variance_components,
    within_group_agreement,
)
from finsam_eval.psychometrics.agreement import (
    BlandAltman,
    BothSides,
    Kappa,
    MeasurementError,
    bland_altman,
    both_sides_share,
    exact_agreement,
    gwet_ac,
    icc,
    krippendorff_alpha,
    measurement_error,
    weighted_kappa,
)
from finsam_eval.psychometrics.breakdowns import by_gender
from finsam_eval.psychometrics.dropout import Dropout, dropout
from finsam_eval.psychometrics.evidence import validity_coefficients
from finsam_eval.psychometrics.gaps import Handled, handled_gaps, pairwise_alpha
from finsam_eval.psychometrics.groups import estimate_difference, women_and_men
from finsam_eval.psychometrics.missingness import LittleMcar, MissingPatterns, little_mcar, missing_patterns
from finsam_eval.psychometrics.omega import omega_hierarchical, omega_total
from finsam_eval.psychometrics.ordinal import omega_categorical, ordinal_alpha
from finsam_eval.psychometrics.properties import MeasurementProperties, measurement_properties
from finsam_eval.psychometrics.reliability import Reliability, cronbach_alpha, item_statistics, spearman_brown

__all__ = [
    "BlandAltman",
    "BothSides",
    "Dropout",
    "Handled",
    "Kappa",
    "LittleMcar",
    "MeasurementError",
    "MeasurementProperties",
    "MissingPatterns",
    "Reliability",
    "UnitReliability",
    "VarianceComponents",
    "WithinGroup",
    "bland_altman",
    "both_sides_share",
    "by_gender",
    "cronbach_alpha",
    "dropout",
    "estimate_difference",
    "exact_agreement",
    "gwet_ac",
    "handled_gaps",
    "icc",
    "item_statistics",
    "krippendorff_alpha",
    "little_mcar",
    "measurement_error",
    "measurement_properties",
    "missing_patterns",
    "omega_categorical",
    "omega_hierarchical",
    "omega_total",
    "ordinal_alpha",
    "pairwise_alpha",
    "spearman_brown",
    "unit_reliability",
    "validity_coefficients",
    "variance_components",
    "weighted_kappa",
    "within_group_agreement",
    "women_and_men",
]
