"""A result → a sentence. Every sentence whose truth depends on data is made here and tested."""

from finsam_eval.wording.contrasts import against_country, how_to_compare, standing, trends, women_and_men
from finsam_eval.wording.country import in_every_forbund, national_summary, taking_part
from finsam_eval.wording.gaps import dropouts, missing_answers
from finsam_eval.wording.inside import accounting, checks, identifiability
from finsam_eval.wording.logic_model import diagram_source, figures, programme, progress, review
from finsam_eval.wording.measurement import (
    agreement,
    by_gender,
    consistency,
    forbund_means,
    reliability_summary,
    shifts,
)
from finsam_eval.wording.own_words import comments
from finsam_eval.wording.reliability import (
    dyads,
    invitations,
    item_sets,
    item_statistics,
    karnindikatorer,
    limitations,
    purpose,
    reliability_method,
    retest,
)
from finsam_eval.wording.shared import SYNTHETIC, Text
from finsam_eval.wording.units import changes, gaps, how_to_read, method, outcomes, response, summary, targets

__all__ = [
    "SYNTHETIC",
    "Text",
    "accounting",
    "against_country",
    "agreement",
    "by_gender",
    "changes",
    "checks",
    "comments",
    "consistency",
    "diagram_source",
    "dropouts",
    "dyads",
    "figures",
    "forbund_means",
    "gaps",
    "how_to_compare",
    "how_to_read",
    "identifiability",
    "in_every_forbund",
    "invitations",
    "item_sets",
    "item_statistics",
    "karnindikatorer",
    "limitations",
    "method",
    "missing_answers",
    "national_summary",
    "outcomes",
    "programme",
    "progress",
    "purpose",
    "reliability_method",
    "reliability_summary",
    "response",
    "retest",
    "review",
    "shifts",
    "standing",
    "summary",
    "taking_part",
    "targets",
    "trends",
    "women_and_men",
]
