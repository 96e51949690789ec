"""A result → a table a person reads. No computing here: what is shown was counted, judged and released before."""

from finsam_eval.tables.comparison import (
    dispersion,
    each_forbund,
    every_tier,
    paired_changes,
    rank_intervals,
    response_by_group,
    weighted,
)
from finsam_eval.tables.contrasts import against_country, standing, trends, women_and_men
from finsam_eval.tables.country import shown_forbund
from finsam_eval.tables.gaps import dropouts, handled, missing_answers
from finsam_eval.tables.inside import (
    account,
    checks,
    identifiability,
    missing_by_forbund,
    missing_by_item,
    response_by_forbund,
    set_aside,
    taking_part,
)
from finsam_eval.tables.instrument import distributions, instrument, invitations
from finsam_eval.tables.logic_model import chain, findings, indicators, remarks
from finsam_eval.tables.measurement import agreement, by_gender, consistency, forbund_means, shifts
from finsam_eval.tables.reliability import dyads, item_sets, item_statistics, karnindikatorer, retest
from finsam_eval.tables.shared import NOTHING_SHOWN, Table
from finsam_eval.tables.units import changes, gaps, levels, outcomes, response, targets

__all__ = [
    "dispersion",
    "each_forbund",
    "every_tier",
    "paired_changes",
    "rank_intervals",
    "response_by_group",
    "weighted",
    "against_country",
    "trends",
    "women_and_men",
    "NOTHING_SHOWN",
    "Table",
    "account",
    "agreement",
    "by_gender",
    "chain",
    "changes",
    "checks",
    "consistency",
    "distributions",
    "dropouts",
    "dyads",
    "findings",
    "forbund_means",
    "gaps",
    "identifiability",
    "handled",
    "indicators",
    "instrument",
    "invitations",
    "item_sets",
    "item_statistics",
    "karnindikatorer",
    "levels",
    "missing_answers",
    "missing_by_forbund",
    "missing_by_item",
    "outcomes",
    "remarks",
    "response",
    "response_by_forbund",
    "retest",
    "set_aside",
    "shifts",
    "shown_forbund",
    "standing",
    "taking_part",
    "targets",
]
