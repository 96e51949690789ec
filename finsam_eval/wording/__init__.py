"""A result → a sentence. Every sentence whose truth depends on data is made here and tested."""

from finsam_eval.wording.shared import SYNTHETIC, Text
from finsam_eval.wording.units import changes, gaps, how_to_read, method, outcomes, response, summary, targets

__all__ = [
    "SYNTHETIC",
    "Text",
    "changes",
    "gaps",
    "how_to_read",
    "method",
    "outcomes",
    "response",
    "summary",
    "targets",
]
