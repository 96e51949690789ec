"""How alike are two answers that should be the same? The first and the second time, one rater and another."""

from finsam_eval.psychometrics.agreement.differences import BlandAltman, bland_altman
from finsam_eval.psychometrics.agreement.intraclass import DETECTABLE, MeasurementError, icc, measurement_error
from finsam_eval.psychometrics.agreement.kappas import Kappa, weighted_kappa
from finsam_eval.psychometrics.agreement.several import gwet_ac, krippendorff_alpha
from finsam_eval.psychometrics.agreement.shares import BothSides, both_sides_share, exact_agreement

__all__ = [
    "DETECTABLE",
    "BlandAltman",
    "BothSides",
    "Kappa",
    "MeasurementError",
    "bland_altman",
    "both_sides_share",
    "exact_agreement",
    "gwet_ac",
    "icc",
    "krippendorff_alpha",
    "measurement_error",
    "weighted_kappa",
]
