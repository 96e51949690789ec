"""How well the mätpunkter measure: answers in, reliability and agreement out. Nothing here knows of secrecy."""

from finsam_eval.psychometrics.agreement import (
    MeasurementError,
    exact_agreement,
    icc,
    measurement_error,
    weighted_kappa,
)
from finsam_eval.psychometrics.breakdowns import by_gender
from finsam_eval.psychometrics.omega import omega_hierarchical, omega_total
from finsam_eval.psychometrics.ordinal import omega_categorical, ordinal_alpha
from finsam_eval.psychometrics.properties import MeasurementProperties, measurement_properties
from finsam_eval.psychometrics.reliability import Reliability, cronbach_alpha, item_statistics, spearman_brown

__all__ = [
    "MeasurementError",
    "MeasurementProperties",
    "Reliability",
    "by_gender",
    "cronbach_alpha",
    "exact_agreement",
    "icc",
    "item_statistics",
    "measurement_error",
    "measurement_properties",
    "omega_categorical",
    "omega_hierarchical",
    "omega_total",
    "ordinal_alpha",
    "spearman_brown",
    "weighted_kappa",
]
