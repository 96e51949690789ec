"""How well the mätpunkter measure: answers in, reliability and agreement out. Nothing here knows of secrecy."""

from finsam_eval.psychometrics.agreement import (
    MeasurementError,
    exact_agreement,
    icc,
    measurement_error,
    weighted_kappa,
)
from finsam_eval.psychometrics.dropout import Dropout, dropout
from finsam_eval.psychometrics.gaps import Handled, handled_gaps, pairwise_alpha
from finsam_eval.psychometrics.missingness import LittleMcar, MissingPatterns, little_mcar, missing_patterns
from finsam_eval.psychometrics.omega import omega_hierarchical, omega_total
from finsam_eval.psychometrics.ordinal import omega_categorical, ordinal_alpha
from finsam_eval.psychometrics.properties import MeasurementProperties, measurement_properties
from finsam_eval.psychometrics.reliability import Reliability, cronbach_alpha, item_statistics, spearman_brown

__all__ = [
    "Dropout",
    "Handled",
    "LittleMcar",
    "MeasurementError",
    "MeasurementProperties",
    "MissingPatterns",
    "Reliability",
    "cronbach_alpha",
    "dropout",
    "exact_agreement",
    "handled_gaps",
    "icc",
    "item_statistics",
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
    "weighted_kappa",
]
