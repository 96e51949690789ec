"""What the country's report shows of its förbund: how many there are to see, and how they lie. No ranking."""

from __future__ import annotations

from finsam_eval import spread
from finsam_eval.swedish import DASH, decimal, whole
from finsam_eval.tables.shared import Table, item_label
from finsam_eval.view import View


def shown_forbund(view: View) -> Table:
    """Per group and occasion: how many mätpunkter there are, and in how many förbund some or all may be shown."""
    rows = []
    for group in view.codebook.groups:
        for occasion in view.codebook.occasions:
            if not view.items(group.id, occasion.id):
                continue
            seen = spread.shown(view, group=group.id, occasion=occasion.id)
            some, every = seen["shown"] > 0, seen["shown"] == seen["items"]
            items = int(seen["items"].max())
            rows.append([view.whom(group.id, occasion.id), whole(items), whole(some.sum()), whole(every.sum())])
    return Table(
        f"Förbund som kan visas, av {len(view.names)} som deltar, {view.period_label}",
        ["Vem och när", "Mätpunkter", "Förbund där minst en visas", "Förbund där alla visas"],
        rows,
    )


def standing(view: View, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: förbund that can be compared with the country, clearly above and below, and what chance gives."""
    counted = spread.standing(view, group=group, occasion=occasion)
    rows = [
        [item_label(view.codebook.item(line.item)), *_numbers(line.comparable, line.above, line.below, line.by_chance)]
        for line in counted.itertuples()
    ]
    total = counted[["comparable", "above", "below", "by_chance"]].sum()
    if not total["comparable"]:
        rows = []
    elif len(rows) > 1:
        rows.append(["Sammanlagt", *_numbers(*total)])
    return Table(
        f"{view.whom(group, occasion)}: antal förbund som skiljer sig från riket, {view.period_label}",
        ["Mätpunkt", "Kan jämföras", "Tydligt över", "Tydligt under", "Väntat av slump"],
        rows,
    )


def _numbers(comparable: float, above: float, below: float, by_chance: float) -> list[str]:
    if not comparable:
        return ["0", DASH, DASH, DASH]
    return [whole(comparable), whole(above), whole(below), decimal(by_chance)]
