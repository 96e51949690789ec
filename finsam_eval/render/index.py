"""The page that lists what was made: every report with its status and files, those that failed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from finsam_eval.files import write_atomically
from finsam_eval.render.page import style, words_in


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexRow:
    """One report. `status` is what a reader sees; `reason` is empty where the report was made.

    `files` maps a format to its address relative to the index; `lang` is the report's language where it is another.
    """

    kind: str
    unit: str
    title: str
    status: str
    reason: str = ""
    files: dict[str, str] = field(default_factory=dict)
    lang: str = ""


def write_index(path: Path, title: str, banner: str, lang: str, rows: Sequence[IndexRow]) -> None:
    """Write the index of `rows` to `path`: failures in a section of their own, then a section a kind.

    Rows come in the order given, kinds in the order in which they first appear. The same rows give the same bytes.
    """
    words = words_in(lang)
    made = [row for row in rows if row.files]
    failed = [row for row in rows if not row.files]
    kinds = list(dict.fromkeys(row.kind for row in made))
    sections = [_section("fel", words["failed"], failed, words)] if failed else []
    grouped = groupby(sorted(made, key=lambda row: kinds.index(row.kind)), key=lambda row: row.kind)
    sections += [_section(f"del-{i}", kind, list(of_kind), words) for i, (kind, of_kind) in enumerate(grouped, start=1)]
    content = _page(title, banner, lang, _summary(made, failed, words) + "".join(sections))
    write_atomically(path, lambda temporary: temporary.write_text(content, encoding="utf-8", newline="\n"))


def _summary(made: Sequence[IndexRow], failed: Sequence[IndexRow], words: dict[str, str]) -> str:
    return f"<p>{words['counted'].format(made=len(made), failed=len(failed))}</p>\n"


def _section(name: str, heading: str, rows: Sequence[IndexRow], words: dict[str, str]) -> str:
    head = "".join(f'<th scope="col">{words[column]}</th>' for column in ("report", "status", "files"))
    body = "\n".join(_row(row) for row in rows)
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(heading)}</h2>\n'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n</section>\n"
    )


def _row(row: IndexRow) -> str:
    unit = f'<br><span class="quiet">{escape(row.unit)}</span>' if row.unit not in ("", row.title) else ""
    sign, look = ("✓", "made") if row.files else ("✗", "failed")
    status = f'<span class="status {look}"><span aria-hidden="true">{sign}</span> {escape(row.status)}</span>'
    reason = f"<br>{escape(row.reason)}" if row.reason else ""
    links = " · ".join(_link(row, kind, address) for kind, address in row.files.items()) or "–"
    title = f'<span lang="{escape(row.lang)}">{escape(row.title)}</span>' if row.lang else escape(row.title)
    return f'<tr><th scope="row">{title}{unit}</th><td>{status}{reason}</td><td>{links}</td></tr>'


def _link(row: IndexRow, kind: str, address: str) -> str:
    """Return a link that tells its report also when read out of its row. A relative address starts with no scheme."""
    label = escape(f"{row.title}, {kind.upper()}")
    return f'<a href="./{quote(address)}" aria-label="{label}">{escape(kind.upper())}</a>'


def _page(title: str, banner: str, lang: str, main: str) -> str:
    note = f'<p class="banner" role="note">{escape(banner)}</p>\n' if banner else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style()}</style>
</head>
<body>
<a class="skip" href="#innehall">{words_in(lang)["skip"]}</a>
{note}<header>
<h1>{escape(title)}</h1>
</header>
<main id="innehall">
{main}</main>
</body>
</html>
"""
