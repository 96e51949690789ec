"""A result → a table a person reads. No computing here: what is shown was counted, judged and released before."""

from finsam_eval.tables.inside import account, missing_by_forbund, missing_by_item, response_by_forbund, set_aside
from finsam_eval.tables.shared import NOTHING_SHOWN, Table
from finsam_eval.tables.units import changes, gaps, levels, outcomes, response, targets

__all__ = [
    "NOTHING_SHOWN",
    "Table",
    "account",
    "changes",
    "gaps",
    "levels",
    "missing_by_forbund",
    "missing_by_item",
    "outcomes",
    "response",
    "response_by_forbund",
    "set_aside",
    "targets",
]
