"""Do answers change when those who answer have changed? Sizes of change, the least change that matters, and chance."""

from finsam_eval.psychometrics.responsiveness.important import WEAK_ANCHOR, Anchored, minimal_important_change
from finsam_eval.psychometrics.responsiveness.responding import Responsiveness, responsiveness
from finsam_eval.psychometrics.responsiveness.sizes import effect_size, mean_change, standardised_mean
from finsam_eval.psychometrics.responsiveness.towards_mean import towards_mean

__all__ = [
    "WEAK_ANCHOR",
    "Anchored",
    "Responsiveness",
    "effect_size",
    "mean_change",
    "minimal_important_change",
    "responsiveness",
    "standardised_mean",
    "towards_mean",
]
