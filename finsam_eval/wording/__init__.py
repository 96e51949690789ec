"""A result → a sentence. Every sentence whose truth depends on data is made here and tested."""

from finsam_eval.wording.contrasts import against_country, how_to_compare, standing, trends, women_and_men
from finsam_eval.wording.country import in_every_forbund, national_summary, taking_part
from finsam_eval.wording.evidence import evidence_method
from finsam_eval.wording.gaps import dropouts, missing_answers
from finsam_eval.wording.inside import accounting, checks, identifiability
from finsam_eval.wording.judgement import judgement_basis, judgement_reading, judgement_summary
from finsam_eval.wording.logic_figures import (
    against_baseline,
    cost_of_each,
    enough_counted,
    money_and_goals,
    parts_of_wholes,
    published_indices,
    unprinted_bases,
)
from finsam_eval.wording.logic_links import links, missing_arrows, steps_between, support_of_arrows
from finsam_eval.wording.logic_model import diagram_source, figures, goal_rule, programme, progress, review
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
    verbatim,
)
from finsam_eval.wording.shared import SYNTHETIC, Text
from finsam_eval.wording.structure import read_alike, structure
from finsam_eval.wording.units import changes, gaps, how_to_read, method, outcomes, response, summary, targets
from finsam_eval.wording.validity import (
    dimensions,
    equality,
    equality_over_time,
    modifications,
    one_factor,
    validity_summary,
)
from finsam_eval.wording.validity_change import (
    change_drift,
    change_links,
    change_method,
    change_of_one,
    change_sizes,
    change_traps,
)
from finsam_eval.wording.validity_content import content_validity, content_validity_method, delphi, panel_groups
from finsam_eval.wording.validity_hypotheses import hypotheses_tried
from finsam_eval.wording.validity_items import misfit, read_differently, response_model, scalability
from finsam_eval.wording.validity_method import validity_limitations, validity_method
from finsam_eval.wording.validity_outcomes import calibration, foretold, foretold_by_two_sides

__all__ = [
    "SYNTHETIC",
    "Text",
    "accounting",
    "against_baseline",
    "against_country",
    "agreement",
    "by_gender",
    "calibration",
    "change_drift",
    "change_links",
    "change_method",
    "change_of_one",
    "change_sizes",
    "change_traps",
    "changes",
    "checks",
    "comments",
    "consistency",
    "content_validity",
    "content_validity_method",
    "cost_of_each",
    "delphi",
    "diagram_source",
    "dimensions",
    "dropouts",
    "dyads",
    "enough_counted",
    "equality",
    "equality_over_time",
    "evidence_method",
    "figures",
    "forbund_means",
    "foretold",
    "foretold_by_two_sides",
    "gaps",
    "goal_rule",
    "how_to_compare",
    "how_to_read",
    "hypotheses_tried",
    "identifiability",
    "in_every_forbund",
    "invitations",
    "item_sets",
    "item_statistics",
    "judgement_basis",
    "judgement_reading",
    "judgement_summary",
    "karnindikatorer",
    "limitations",
    "links",
    "method",
    "misfit",
    "missing_answers",
    "missing_arrows",
    "modifications",
    "money_and_goals",
    "national_summary",
    "one_factor",
    "outcomes",
    "panel_groups",
    "parts_of_wholes",
    "programme",
    "progress",
    "published_indices",
    "purpose",
    "read_alike",
    "read_differently",
    "reliability_method",
    "reliability_summary",
    "response",
    "response_model",
    "retest",
    "review",
    "scalability",
    "shifts",
    "standing",
    "steps_between",
    "structure",
    "summary",
    "support_of_arrows",
    "taking_part",
    "targets",
    "trends",
    "unprinted_bases",
    "validity_limitations",
    "validity_method",
    "validity_summary",
    "verbatim",
    "women_and_men",
]
