"""Sentences about the country and its förbund together."""

from __future__ import annotations

from finsam_eval import spread
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, markdown_text
from finsam_eval.view import View
from finsam_eval.wording.shared import Text, counted
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


def standing(view: View, *, group: str, occasion: str) -> Text:
    """How many förbund lie clearly beside the country, and how many would by chance alone."""
    found = spread.standing(view, group=group, occasion=occasion)
    compared, above, below = (int(found[name].sum()) for name in ("comparable", "above", "below"))
    whom = _whom(view, group, occasion)
    if not compared:
        return Text(f"Inget förbund har så många svar ({whom}) att det kan jämföras med riket.")
    by_chance = decimal(float(found["by_chance"].sum()), 0)
    return Text(
        f"{counted(compared, 'jämförelse', 'jämförelser')} mellan ett förbund och riket kan göras ({whom}). "
        f"{_outside(above, below)} Slumpen ensam skulle ge ungefär {by_chance}, åt ena eller andra hållet, om alla "
        f"förbund låg på rikets nivå.{_left_out(view)}"
    )


def how_to_compare(view: View) -> Text:
    """How the number of förbund beside the country is to be read, and which förbund are missing."""
    told = (
        "Ett förbund ligger tydligt över eller under riket när hela dess 95-procentsintervall ligger på ena sidan om "
        "rikets nivå. Av ren slump händer det i ungefär en av tjugo jämförelser även om alla förbund är lika, snarare "
        "färre eftersom riket räknar in förbundets egna svar. Är antalet inte mycket större än så finns inget som tyder "
        "på att förbunden skiljer sig åt. Är det mycket större finns troligen verkliga skillnader, men tabellen visar "
        "inte varför: deltagare och insatser är olika i olika förbund."
    )
    least = view.facts["policy"]["opinion"]["min_x"]
    if not least:
        return Text(told)
    return Text(
        f"{told}\n\nEtt förbund kan bara jämföras om minst {least} av dess svar ligger på vardera sidan om gränsen för "
        "att instämma. Därför saknas oftare förbund där nästan alla instämmer, och fler förbund än vad som syns kan "
        "ligga över riket."
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


def _left_out(view: View) -> str:
    if not view.facts["policy"]["opinion"]["min_x"]:
        return ""
    return " Förbund där nästan alla instämmer kan inte visas, så fler kan ligga över än vad som syns."


def _outside(above: int, below: int) -> str:
    if not above + below:
        return "I ingen av dem ligger hela förbundets 95-procentsintervall på ena sidan om rikets nivå."
    return (
        f"I {above or 'ingen'} av dem ligger förbundet säkert över rikets nivå och i {below or 'ingen'} säkert under "
        "(hela 95-procentsintervallet på ena sidan)."
    )


def _offices_hidden(view: View) -> bool:
    offices = any(group.holds_office for group in view.codebook.groups)
    return offices and bool(view.facts["policy"]["offices_country_only"])


def _whom(view: View, group: str, occasion: str) -> str:
    return view.whom(group, occasion).lower()
