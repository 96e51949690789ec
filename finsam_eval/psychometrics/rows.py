"""A coefficient as a row of a table: what it is about, and the number."""

from __future__ import annotations

from finsam_eval.results import RECORD_COLUMNS, Estimate

ITEM_SET, KARNINDIKATOR, ITEM, DYAD, FORBUND = "item_set", "karnindikator", "item", "dyad", "forbund"
"""What a coefficient is about: several items, one indicator's items, one item asked twice, two sides of a matter, the
means of förbund on one item."""

SUBJECT = ["kind", "subject", "label", "respondent_group", "occasion", "statistic"]
COEFFICIENT_COLUMNS = [*SUBJECT, *RECORD_COLUMNS, "k"]

Row = dict[str, object]


def row_of(kind: str, subject: str, label: str, group: str, occasion: str, statistic: str, found: Estimate) -> Row:
    """Return a row with the columns of `COEFFICIENT_COLUMNS`; k is the number of items, sides or förbund."""
    record = {name: getattr(found, name) for name in RECORD_COLUMNS}
    place = dict(zip(SUBJECT, (kind, subject, label, group, occasion, statistic), strict=True))
    return {**place, **record, "k": getattr(found, "k", 2 if kind == DYAD else 1)}
