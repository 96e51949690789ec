"""Do the questions measure what they are meant to? What a panel says, known groups, and what happened afterwards."""

from finsam_eval.psychometrics.validity.calibrating import Calibration, calibration
from finsam_eval.psychometrics.validity.content import ContentValidity, Lawshe, content_validity, lawshe
from finsam_eval.psychometrics.validity.curves import Roc, RocDifference, compare_roc, roc
from finsam_eval.psychometrics.validity.delphi import Rounds, compare_rounds
from finsam_eval.psychometrics.validity.exact import critical_count
from finsam_eval.psychometrics.validity.known import KnownGroups, known_groups
from finsam_eval.psychometrics.validity.panel_groups import PanelGroups, panel_agreement, panel_groups
from finsam_eval.psychometrics.validity.prediction import Prediction, log_odds, predict_outcome, predicted_elsewhere

__all__ = [
    "Calibration",
    "ContentValidity",
    "KnownGroups",
    "Lawshe",
    "PanelGroups",
    "Prediction",
    "Roc",
    "RocDifference",
    "Rounds",
    "calibration",
    "compare_roc",
    "compare_rounds",
    "content_validity",
    "critical_count",
    "known_groups",
    "lawshe",
    "log_odds",
    "panel_agreement",
    "panel_groups",
    "predict_outcome",
    "predicted_elsewhere",
    "roc",
]
