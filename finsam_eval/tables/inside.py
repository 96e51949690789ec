"""What those who may see everything are shown of how good the data are."""

from __future__ import annotations

from finsam_eval.checks import SMALLEST
from finsam_eval.inside import Inside
from finsam_eval.swedish import DASH, percent, whole
from finsam_eval.tables.shared import Table


def account(inside: Inside) -> Table:
    """Per file: read = kept + quarantined, in rows and in answers."""
    rows = [
        [f"{line.file} ({line.unit})", whole(line.read), whole(line.kept), whole(line.quarantined), line.form]
        for line in inside.account.itertuples()
    ]
    return Table("Läst = behållet + i karantän", ["Fil", "Läst", "Behållet", "I karantän", "Filens form"], rows)


def set_aside(inside: Inside) -> Table:
    """What lies in quarantine and why; never the values."""
    rows = [
        [line.file, line.column, line.reason, whole(line.size)] for line in inside.set_aside().itertuples(index=False)
    ]
    return Table(
        "I karantän, efter orsak", ["Fil", "Kolumn", "Orsak", "Antal"], rows, empty="ingenting ligger i karantän."
    )


def checks(inside: Inside) -> Table:
    """What does not fit together across the tables, how often, and what to do; never who."""
    rows = [
        [f"{line.check} ({line.file})", f"{whole(line.rows)} av {whole(line.among)}", line.remedy]
        for line in inside.checks.itertuples(index=False)
        if line.rows
    ]
    columns = ["Vad som inte går ihop", "Antal", "Vad som kan göras"]
    return Table("Tabellerna hållna mot varandra", columns, rows, empty="allt som prövats går ihop.")


def identifiability(inside: Inside) -> Table:
    """How many participants share gender, insats and half-year of start, and how many do with fewer than five."""
    found = inside.k_anonymity
    rows = [
        ["Deltagare som inte är anonyma", whole(found.persons)],
        ["Klasser", whole(found.classes)],
        ["Personer i den minsta klassen", whole(found.smallest)],
        [f"Personer i klasser under {SMALLEST}", whole(found.exposed)],
        ["Deras andel", DASH if found.share is None else percent(found.share)],
    ]
    caption = "Deltagare med samma kön, insats och halvår för start"
    return Table(caption, ["Mått", "Värde"], rows if found.persons else [], empty="det finns inga deltagare.")


def taking_part(inside: Inside) -> Table:
    """Participations per förbund, how many of them are anonymous, and how many have ended."""
    rows = [
        [f"{line.forbund} {line.name}", whole(line.participations), whole(line.anonymous), whole(line.ended)]
        for line in inside.taking_part().merge(inside.units, on="forbund").itertuples(index=False)
    ]
    columns = ["Förbund", "Deltaganden", "Varav anonyma", "Varav avslutade"]
    return Table("Deltaganden", columns, rows, empty="det finns inga deltaganden.")


def response_by_forbund(inside: Inside, *, group: str) -> Table:
    """Invited, answered and rate per förbund for one respondent group; a dash where nobody said how many."""
    table = inside.response(["respondent_group", "forbund"])
    table = table[table["respondent_group"] == group].merge(inside.units, on="forbund")
    rows = [
        [
            f"{line.forbund} {line.name}",
            whole(line.invited) if line.invited else DASH,
            whole(line.answered),
            percent(line.rate) if line.invited else DASH,
        ]
        for line in table.itertuples(index=False)
    ]
    label = inside.study.codebook.group_label(group)
    return Table(f"Svarsfrekvens: {label}", ["Förbund", "Inbjudna", "Svarade", "Andel"], rows)


def missing_by_item(inside: Inside) -> Table:
    """Answers asked for and missing per item and group."""
    rows = [
        [
            f"{line.item} {inside.study.codebook.group_label(line.respondent_group)}",
            whole(line.asked),
            whole(line.missing),
            percent(line.share, 1),
        ]
        for line in inside.missing_share(["item", "respondent_group"]).itertuples()
    ]
    return Table("Obesvarade frågor", ["Fråga och grupp", "Ställda", "Obesvarade", "Andel"], rows)


def missing_by_forbund(inside: Inside) -> Table:
    """Answers asked for and missing per förbund, over all questions."""
    rows = [
        [line.forbund, whole(line.asked), whole(line.missing), percent(line.share, 1)]
        for line in inside.missing_share(["forbund"]).itertuples()
    ]
    return Table("Obesvarade frågor per förbund", ["Förbund", "Ställda", "Obesvarade", "Andel"], rows)
