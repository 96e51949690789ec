"""Do the answers mean what they should? Known groups, and what happened afterwards."""

from finsam_eval.psychometrics.validity.calibrating import Calibration, calibration
from finsam_eval.psychometrics.validity.curves import Roc, RocDifference, compare_roc, roc
from finsam_eval.psychometrics.validity.known import KnownGroups, known_groups
from finsam_eval.psychometrics.validity.prediction import Prediction, log_odds, predict_outcome, predicted_elsewhere

__all__ = [
    "Calibration",
    "KnownGroups",
    "Prediction",
    "Roc",
    "RocDifference",
    "calibration",
    "compare_roc",
    "known_groups",
    "log_odds",
    "predict_outcome",
    "predicted_elsewhere",
    "roc",
]
