"""Statistical disclosure control: one release over all tables, before any report."""

from finsam_eval.disclosure.audit import audit
from finsam_eval.disclosure.coefficients import release_coefficients, release_items
from finsam_eval.disclosure.observations import release_observations
from finsam_eval.disclosure.policy import Exemption, Policy, Threshold, load_policy
from finsam_eval.disclosure.records import PUBLIC_REASON
from finsam_eval.disclosure.release import Released, load_released, release

__all__ = [
    "PUBLIC_REASON",
    "Exemption",
    "Policy",
    "Released",
    "Threshold",
    "audit",
    "load_policy",
    "load_released",
    "release",
    "release_coefficients",
    "release_items",
    "release_observations",
]
