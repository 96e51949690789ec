"""An executed notebook → one HTML file, one tagged PDF (PDF/UA-1), one DOCX, with the same content and numbering.

Shown are markdown cells and the outputs of the code: a table (text/html, one <table>; columns of numbers are set to
the right), a figure (image/svg+xml, with alt text, caption and width in metadata "finsam"), a sentence
(text/markdown). Code, warnings and printed text are not shown. Raw HTML in text is shown as the text it is. Markdown
cells are Swedish, and shown in the page's language.
"""

from __future__ import annotations

import base64
import functools
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pypandoc
import typst
from nbformat import NotebookNode

from finsam_eval.errors import BadReport
from finsam_eval.files import write_atomically
from finsam_eval.language import in_markdown, spoken
from finsam_eval.render import word
from finsam_eval.render.page import AUTHOR, Page, epoch, style

HERE = Path(__file__).parent

DENSITY = 150
"""Points per inch of the figures in a Word file."""


def render(executed: Path, page: Page, folder: Path, stem: str) -> list[Path]:
    """Write `stem`.html, `stem`.pdf and `stem`.docx into `folder` and return their paths.

    The same notebook and page give the same bytes on every machine.

    Raises
    ------
    BadReport
        When a cell failed, an output is none of table, figure and sentence, or a figure has no alt text.
    """
    with spoken(page.lang):
        blocks = list(_blocks(executed))
    made = composed(blocks, page)
    paths = {kind: folder / f"{stem}.{kind}" for kind in made}
    for kind, path in paths.items():
        write_atomically(path, functools.partial(Path.write_bytes, data=made[kind]))
    return list(paths.values())


def composed(blocks: list[dict[str, Any]], page: Page) -> dict[str, bytes]:
    """Return the same blocks as html, pdf and docx.

    A block is markdown (`text`), a table (`html`, one <table>), or a figure (`svg`, `alt`, `caption`, `width`).

    Raises
    ------
    BadReport
        When pandoc or typst cannot make it.
    """
    with tempfile.TemporaryDirectory(prefix="finsam-") as name:
        work = Path(name)
        _compose(blocks, page, work)
        return {
            "html": (work / "page.html").read_bytes(),
            "pdf": _pdf(page, work),
            "docx": word.finished((work / "page.docx").read_bytes(), page, _widths(blocks)),
        }


def _blocks(executed: Path) -> Iterator[dict[str, Any]]:
    notebook = nbformat.read(executed, as_version=4)
    for number, cell in enumerate(notebook.cells, start=1):
        where = f"{executed.name}, cell {number}"
        if cell.cell_type == "markdown":
            yield {"kind": "markdown", "text": in_markdown(cell.source)}
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise BadReport(f"{where} failed with {output.ename}; a report is made of a notebook that ran through")
            if output.get("data"):
                yield _block(output, where)


def _block(output: NotebookNode, where: str) -> dict[str, Any]:
    match output.data:
        case {"image/svg+xml": svg}:
            return _figure(output.metadata.get("finsam", {}), svg, where)
        case {"text/html": html} if re.fullmatch(r"\s*<table\b.*</table>\s*", html, re.DOTALL):
            return {"kind": "table", "html": html}
        case {"text/markdown": text}:
            return {"kind": "markdown", "text": text}
    kinds = ", ".join(output.data)
    raise BadReport(f"{where}: expected a table, a figure or a sentence, got {kinds}; end the line with ; to hide it")


def _figure(told: dict[str, str], svg: str, where: str) -> dict[str, Any]:
    if not told.get("alt", "").strip():
        raise BadReport(f"{where}: the figure has no alt text; say in words what it shows")
    width = told.get("width", "17cm")
    if not re.fullmatch(r"\d{1,2}(\.\d+)?cm", width):
        raise BadReport(f"{where}: the figure's width must be a number of centimetres such as 17cm, got {width!r}")
    texts = {"alt": told["alt"], "caption": told.get("caption", "")}
    return {"kind": "figure", **texts, "width": width, "svg": svg.encode()}


def _widths(blocks: list[dict[str, Any]]) -> list[float]:
    return [float(block["width"].removesuffix("cm")) for block in blocks if block["kind"] == "figure"]


def _compose(blocks: list[dict[str, Any]], page: Page, work: Path) -> None:
    """Let pandoc write page.html, page.typ and page.docx into `work`."""
    pictures = {f"figur-{i}": block for i, block in enumerate(blocks) if block["kind"] == "figure"}
    for name, block in pictures.items():
        (work / f"{name}.svg").write_bytes(block["svg"])
    _photograph(list(pictures), work)
    named = [{**block, "name": f"figur-{i}", "svg": ""} for i, block in enumerate(blocks)]
    words = page.words
    request = {
        "blocks": named,
        "pictures": {name: _data_uri(block["svg"]) for name, block in pictures.items()},
        "words": words,
        "meta": {
            **page.texts,
            **{name: words[name] for name in ("skip", "contents")},
        },
        "template": (HERE / "page.html").read_text("utf-8").replace("$style$", style()),
    }
    (work / "request.json").write_text(json.dumps(request), encoding="utf-8")
    command = [pypandoc.get_pandoc_path(), "lua", str(HERE / "document.lua")]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise BadReport(f"pandoc could not compose the report: {done.stderr.strip().splitlines()[0]}")


def _photograph(names: list[str], work: Path) -> None:
    """Write the PNG of each picture beside its SVG: not every Word shows SVG."""
    if not names:
        return
    source = "#set page(width: auto, height: auto, margin: 0pt)\n" + "\n".join(
        f'#page(image("{name}.svg", width: 17cm))' for name in names
    )
    compiler = typst.Compiler(source.encode(), root=work, font_paths=_fonts())
    try:
        made = compiler.compile(format="png", ppi=DENSITY)
    except typst.TypstError as error:
        raise BadReport(f"typst could not draw a figure for Word: {error.message}") from None
    assert made is not None  # it is written to a file only where one is named
    for name, png in zip(names, made if isinstance(made, list) else [made], strict=True):
        (work / f"{name}.png").write_bytes(png)


def _data_uri(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


@functools.cache
def _fonts() -> typst.Fonts:
    """Fonts that come with the packages, so that a page looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(matplotlib.get_data_path(), "fonts", "ttf")])


def _pdf(page: Page, work: Path) -> bytes:
    source = (HERE / "page.typ").read_bytes() + (work / "page.typ").read_bytes()
    told = {**page.texts, **page.words, "author": AUTHOR}
    try:
        compiler = typst.Compiler(source, root=work, font_paths=_fonts(), sys_inputs=told)
        made, _ = compiler.compile_with_warnings(format="pdf", pdf_standards="ua-1", timestamp=epoch())
    except typst.TypstError as error:
        raise BadReport(f"typst could not make the PDF accessible: {error.message}") from None
    assert isinstance(made, bytes)  # a PDF is one file, other formats one a page
    return made
