"""Do the questions measure what they are meant to? What those who know the field say of them."""

from finsam_eval.psychometrics.validity.content import ContentValidity, Lawshe, content_validity, lawshe
from finsam_eval.psychometrics.validity.delphi import Rounds, compare_rounds
from finsam_eval.psychometrics.validity.exact import critical_count
from finsam_eval.psychometrics.validity.panel_groups import PanelGroups, panel_agreement, panel_groups

__all__ = [
    "ContentValidity",
    "Lawshe",
    "PanelGroups",
    "Rounds",
    "compare_rounds",
    "content_validity",
    "critical_count",
    "lawshe",
    "panel_agreement",
    "panel_groups",
]
