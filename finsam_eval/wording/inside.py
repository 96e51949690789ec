"""What is said of how good the data are, to those who may see everything."""

from __future__ import annotations

from finsam_eval.checks import SMALLEST
from finsam_eval.inside import Inside
from finsam_eval.swedish import listing, markdown_text, percent, whole
from finsam_eval.wording.shared import Text, counted

RED = "#b00020"


def accounting(inside: Inside) -> Text:
    """Whether every row read is either kept or in quarantine; in red, with the files, where it is not."""
    table = inside.accounting()
    wrong = table[~table["adds_up"]]
    if len(wrong):
        files = listing([markdown_text(file) for file in wrong["file"]])
        return Text(
            f'<span style="color:{RED}">**Kontot går inte ihop för {files}.** Rader har försvunnit eller räknats '
            "dubbelt: använd inte siffrorna, och meddela felet.</span>"
        )
    held = counted(len(table), "fil", "filer")
    return Text(
        f"Kontot går ihop för {held}: {whole(table['read'].sum())} lästa rader = {whole(table['kept'].sum())} behållna "
        f"+ {whole(table['listed'].sum())} i karantän."
    )


def checks(inside: Inside) -> Text:
    """Which checks found nothing, so that silence about them can be told from not having looked."""
    rows = inside.checks.groupby("check", sort=False)["rows"].sum()
    clean = [str(check) for check in rows.index[rows == 0]]
    if not clean:
        return Text("Inget av det som prövats gick helt fritt.")
    return Text(f"Prövat utan anmärkning: {markdown_text('; '.join(clean))}.")


def identifiability(inside: Inside) -> Text | None:
    """What the k-anonymity means; None where there are no participants."""
    found = inside.k_anonymity
    if found.share is None:
        return None
    if not found.exposed:
        return Text(f"Ingen deltagare delar kön, insats och startens halvår med färre än {SMALLEST - 1} andra.")
    return Text(
        f"{percent(found.share)} av deltagarna delar kön, insats och startens halvår med färre än {SMALLEST - 1} andra. "
        "Den som känner någon av dem kan hitta personens svar i råfilerna: dela dem inte vidare, inte ens "
        "pseudonymiserade. I rapporterna döljs sådana grupper."
    )
