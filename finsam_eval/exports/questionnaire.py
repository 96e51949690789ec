"""The instrument for those who collect answers: a printable questionnaire per group and occasion, and a list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from finsam_eval.codebook import Codebook, Group, Item, Occasion, Scale
from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.render.document import composed
from finsam_eval.render.page import Page
from finsam_eval.swedish import markdown_text
from finsam_eval.tables.shared import Table

BOX = "☐"
FORMS = (".docx", ".pdf", ".html")

INTRODUCTION = "Sätt ett kryss på varje rad, i rutan som stämmer bäst."
FOR_THE_RECORD = f"Kod {'.' * 24} Insats {'.' * 32} Datum {'.' * 20}"
"""What links a form filled in on paper to a participation; the code is the study's own, never a personnummer."""

NO_STEM = "Frågor"

CODEBOOK_HEADING = [
    *("kärnindikator", "indikatorns rubrik", "fråga", "inledning", "lydelse", "skala", "koder", "omvänd"),
    *("vem som svarar", "tillfälle", "samma fråga vid annat tillfälle", "personalens motsvarighet", "anmärkning"),
]


class Form(Page):
    """A page that people fill in: its tables are parts of a questionnaire."""

    @property
    def words(self) -> dict[str, str]:
        """The package's own words, a table called a part."""
        return {**super().words, "table": "Del"}


def questionnaires(codebook: Codebook) -> Iterator[tuple[Group, Occasion, list[Item]]]:
    """Give every group and occasion that have questions, with these in the instrument's order."""
    for group in codebook.groups:
        for occasion in codebook.occasions:
            asked = [i for i in codebook.survey_items if group.id in i.respondent_groups and occasion.id in i.occasions]
            if asked:
                yield group, occasion, asked


def write_questionnaires(codebook: Codebook, out: Path) -> list[Path]:
    """Write a printable questionnaire per respondent group and occasion, and return the files.

    `out` gives folder, kind and first part of the names: form.docx makes form_deltagare_under.docx and so on.

    Raises
    ------
    BadInput
        For another kind than .docx, .pdf or .html.
    """
    if out.suffix not in FORMS:
        raise BadInput(f"{out.name}: a questionnaire is made as {', '.join(FORMS)}; end the name with one of them")
    written = []
    for group, occasion, items in questionnaires(codebook):
        made = composed(blocks(codebook, items), _page(codebook, group, occasion))[out.suffix[1:]]
        path = out.with_name(f"{out.stem}_{group.id}_{occasion.id}{out.suffix}")
        write_atomically(path, partial(Path.write_bytes, data=made))
        written.append(path)
    return written


def _page(codebook: Codebook, group: Group, occasion: Occasion) -> Form:
    return Form(
        title=codebook.title,
        subtitle=f"{group.label} {occasion.label}",
        footer=f"{codebook.owner} ({codebook.version})",
    )


def blocks(codebook: Codebook, items: list[Item]) -> list[dict[str, Any]]:
    """Return a questionnaire: an introduction, and a part per run of questions with the same stem and scale.

    Every question stands as the codebook words it, with its id, and a box for every code of its scale. The words of
    the scale stand above the boxes, so that all steps are equally wide.
    """
    made: list[dict[str, Any]] = [_words(FOR_THE_RECORD), _words(INTRODUCTION)]
    said = ""
    for (stem, scale), together in groupby(items, key=lambda item: (item.stem, item.scale or "")):
        legend = _legend(codebook.scales[scale])
        if legend != said:
            made.append(_words(legend))
        said = legend
        made.append({"kind": "table", "html": _part(stem, codebook.scales[scale], list(together)).html})
    return made


def _words(text: str) -> dict[str, Any]:
    return {"kind": "markdown", "text": markdown_text(text)}


def _legend(scale: Scale) -> str:
    """Return what the codes mean: "1 Instämmer inte alls, 5 Instämmer helt"."""
    return ", ".join(
        _head(scale, code).replace(" ", " = ", 1) for code in scale.codes if _head(scale, code) != str(code)
    )


def _part(stem: str, scale: Scale, items: list[Item]) -> Table:
    boxes = [BOX for _ in scale.codes]
    rows = [[f"{item.text} ({item.id})", *boxes] for item in items]
    return Table(stem or NO_STEM, ["Fråga", *(str(code) for code in scale.codes)], rows)


def _head(scale: Scale, code: int) -> str:
    return f"{code} {scale.labels[code]}" if scale.labels else scale.label(code)


def write_codebook_csv(codebook: Codebook, out: Path) -> Path:
    """Write the instrument as CSV, with the mark that makes Excel read it as UTF-8."""
    write_atomically(out, lambda temporary: temporary.write_text(codebook_csv(codebook), encoding="utf-8-sig"))
    return out


def codebook_csv(codebook: Codebook) -> str:
    """Return the instrument as CSV with ; between columns: a row per item, wording verbatim."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(CODEBOOK_HEADING)
    for indicator in codebook.karnindikatorer:
        for item in indicator.items:
            writer.writerow([str(indicator.number), indicator.heading, *_told(codebook, item)])
    return text.getvalue()


def _told(codebook: Codebook, item: Item) -> list[str]:
    scale = codebook.scales[item.scale] if item.scale else None
    return [
        item.id,
        item.stem,
        item.text,
        item.scale or "register",
        " | ".join(_head(scale, code) for code in scale.codes) if scale else "",
        "ja" if item.reversed else "nej",
        ", ".join(codebook.group_label(group) for group in item.respondent_groups),
        ", ".join(codebook.occasion_label(occasion) for occasion in item.occasions),
        item.pair or "",
        item.dyad or "",
        item.note,
    ]
