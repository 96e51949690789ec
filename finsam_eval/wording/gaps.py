"""Sentences about what is missing among the answers, for those who may see everything."""

from __future__ import annotations

from finsam_eval.inside import Inside
from finsam_eval.results import Status
from finsam_eval.swedish import percent
from finsam_eval.wording.shared import Text


def missing_answers() -> Text:
    """What a test of chance can and cannot show, and what the three ways to handle gaps assume."""
    return Text(
        "Littles test prövar om de som hoppar över olika frågor också svarar olika på de andra: är p litet är luckorna "
        "inte slumpmässiga. Ett stort p bevisar inte slump: att just det svar som saknas är skälet till att det saknas "
        "kan ingen se. *Fullständiga* räknar bara dem som svarat på allt och förutsätter slump. *Parvis* använder alla "
        "svar som finns för varje par av frågor. *Imputerade* fyller luckorna 20 gånger ur en normalmodell av alla "
        "frågor och håller också när luckorna beror på de svar som givits. Ligger de tre nära varandra spelar luckorna "
        "liten roll."
    )


def dropouts(inside: Inside, *, group: str, first: str, second: str) -> Text:
    """How many answered once and not again, and whether they had answered otherwise."""
    found = inside.dropout(group, first, second)
    before, after = (inside.study.codebook.occasion_label(occasion) for occasion in (first, second))
    if found.status is not Status.OK or found.share.value is None:
        return Text(f"Ingen som har avslutat har svarat {before}, så bortfallet däremellan går inte att följa.")
    clear = found.items[(found.items["lower"] > 0) | (found.items["upper"] < 0)]
    tested = int(found.items["difference"].notna().sum())
    return Text(
        f"Av dem som svarade {before} och har avslutat svarade {percent(found.share.value)} inte {after}. På "
        f"{len(clear) or 'ingen'} av {tested} frågor skiljer sig det som de svarade först från vad de svarade som svarade "
        "båda gångerna (95-procentsintervallet går inte över noll; en fråga av tjugo gör så av en slump). Är skillnaderna "
        "stora liknar de som svarar vid avslut inte dem som började."
    )
