"""What a förbund has written itself, set as its own and shown as it was written."""

from __future__ import annotations

from finsam_eval.comments import Line
from finsam_eval.swedish import markdown_text
from finsam_eval.view import View
from finsam_eval.wording.shared import Text

WHOSE = "Texten är skriven av förbundet. Den är inte prövad mot siffrorna i rapporten."


def comments(view: View) -> Text | None:
    """The förbund's own words under a heading of their own; None, and no heading, where it has written nothing."""
    if not view.comments:
        return None
    parts = [f"### {markdown_text(section.heading)}\n\n{_told(section.lines)}" for section in view.comments]
    return Text("\n\n".join(["## Förbundets egna ord", WHOSE, *parts]))


def _told(lines: tuple[Line, ...]) -> str:
    blocks = [f"- {markdown_text(line.text)}" if line.listed else markdown_text(line.text) for line in lines]
    text = blocks[0]
    for before, line, block in zip(lines, lines[1:], blocks[1:], strict=False):
        text += ("\n" if before.listed and line.listed else "\n\n") + block
    return text
