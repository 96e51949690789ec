"""Sentences about the country and its förbund together."""

from __future__ import annotations

from finsam_eval import spread
from finsam_eval.results import Status
from finsam_eval.swedish import listing, markdown_text
from finsam_eval.view import View
from finsam_eval.wording.contrasts import standing
from finsam_eval.wording.shared import Text
from finsam_eval.wording.units import summary


def national_summary(view: View, *, group: str, occasion: str) -> Text:
    """The report's first lines: how many förbund there are, where the country stands, how its förbund lie."""
    seen = spread.shown(view, group=group, occasion=occasion)["shown"] > 0
    first = f"{len(seen)} förbund deltar. I {seen.sum()} av dem kan minst en mätpunkt visas ({_whom(view, group, occasion)})."
    middle = summary(view, group=group, occasion=occasion).markdown
    return Text(f"- {first}\n{middle}\n- {standing(view, group=group, occasion=occasion).markdown}")


def taking_part(view: View) -> Text:
    """What the country is a sum of, and why förbund may be missing from the tables."""
    offices = [group.label.lower() for group in view.codebook.groups if group.holds_office]
    alone = f" Svar från {listing(offices)} visas bara för riket: i varje förbund är de så få att de kan kännas igen."
    return Text(
        f"{len(view.names)} förbund deltar i mätningen. *Riket* är alla svar från dem, räknade tillsammans: ett förbund "
        "med många svar väger tyngre än ett med få. Förbund som inte deltar ingår inte. Ett förbund med få svar räknas "
        f"med i riket även när dess egna siffror inte kan visas.{alone if _offices_hidden(view) else ''}"
    )


def in_every_forbund(view: View, *, group: str, occasion: str, item: str) -> Text:
    """How the figure of one mätpunkt is to be read, and which förbund it leaves out."""
    shares = spread.of_forbund(view, group=group, occasion=occasion, item=item)
    hidden = [view.names[unit] for unit in shares.index[shares["status"] != Status.OK]]
    if len(hidden) == len(shares):
        return Text(f"Inget förbund kan visas för {item}, av hänsyn till sekretessen eller för att svar saknas.")
    told = (
        f"Figuren visar en mätpunkt, {item}, i {len(shares) - len(hidden)} av {len(shares)} förbund. Förbunden står i "
        "samma ordning som i studiens förteckning; det är ingen rangordning. Strecken visar hur osäkra nivåerna är."
    )
    if not hidden:
        return Text(told)
    names = markdown_text(listing(hidden))
    return Text(f"{told} Visas inte, av hänsyn till sekretessen eller för att svar saknas: {names}.")


def _offices_hidden(view: View) -> bool:
    offices = any(group.holds_office for group in view.codebook.groups)
    return offices and bool(view.facts["policy"]["offices_country_only"])


def _whom(view: View, group: str, occasion: str) -> str:
    return view.whom(group, occasion).lower()
