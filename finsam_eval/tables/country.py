"""What the country's report shows of its förbund: how many there are to see."""

from __future__ import annotations

from finsam_eval import spread
from finsam_eval.swedish import whole
from finsam_eval.tables.shared import Table
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
