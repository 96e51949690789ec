"""Executed notebook → HTML, PDF, DOCX: the same content, accessible, inert, the same bytes twice."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import nbformat
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from finsam_eval.errors import BadReport
from finsam_eval.render.document import Page, render
from finsam_eval.render.execute import execute

LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
ALT = 'Staplar "per förbund" \\ #1 [från 12 % till 64 %]'
PAGE = Page(title="Förbundsrapport Värend", subtitle="Publik profil", banner="INTERN", footer="Demo", lang="sv")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><b>",
    '#import "x.typ": * #(1/0)',
    "$title$ ${x} $x^2$ \\input{x}",
    "` `{=html} *x* [y](z) ~~w~~ <!-- c -->",
]


def picture(**told):
    """Return a figure's output; `svg` stands in for its drawing."""
    figure, svg = Figure(figsize=(4, 2)), io.BytesIO()
    figure.subplots().bar([1, 2], [12, 64])
    figure.savefig(svg, format="svg", metadata={"Date": None})
    data = {"image/svg+xml": told.pop("svg", svg.getvalue().decode())}
    described = {"alt": ALT, "caption": "Andel", "width": "9cm"} | told
    return new_output("display_data", data, metadata={"finsam": described})


def table(rows=3, caption="Andel nöjda", name="Värend"):
    body = "".join(f'<tr><th scope="row">{name}</th><td>{i},5 %</td></tr>' for i in range(rows))
    return new_output("display_data", {"text/html": (
        f'<table class="finsam" onclick="x()"><caption>{caption}</caption><thead><tr><th scope="col">Förbund</th>'
        f'<th scope="col">Andel</th></tr></thead><tbody>{body}</tbody></table>'
    )})  # fmt: skip


def sentence(text):
    return new_output("display_data", {"text/markdown": text, "text/plain": "<object>"})


def made(tmp_path, *cells, page=PAGE, folder="out"):
    """Render a notebook of texts (markdown cells) and outputs (of a code cell each)."""
    cells = [new_markdown_cell(c) if isinstance(c, str) else new_code_cell("hemlig_kod()", outputs=[c]) for c in cells]
    nbformat.write(new_notebook(cells=cells), tmp_path / "executed.ipynb")
    return Made(*render(tmp_path / "executed.ipynb", page, tmp_path / folder, "rapport"))


class Made:
    """The three files of a report, opened."""

    def __init__(self, html, pdf, word):
        self.paths = [html, pdf, word]
        self.html = html.read_text("utf-8")
        self.pdf = pypdf.PdfReader(pdf)
        self.docx = docx.Document(word)

    @property
    def pages(self):
        return [page.extract_text() for page in self.pdf.pages]

    @property
    def words(self):
        """The text of the Word file's body, tables included."""
        return "\n".join("".join(p.itertext()) for p in self.docx.element.body.iter(qn("w:p")))

    def texts(self):
        return Shown(self.html).text, " ".join(self.pages), self.words


class Shown(HTMLParser):
    """Tags with attributes, and the text, of an HTML page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def structure(reader):
    """Every structure element of a tagged PDF as (role, element), in reading order."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((node["/S"], node))
            walk(node.get("/K"))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def squeezed(text):
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return made(
        tmp_path_factory.mktemp("report"),
        "# Notebookens namn\n\nInledning med **fet** text, $x^2$ och\n\n$$\\hat p = \\frac{x}{n}$$",
        "## Nöjdhet\n\n#### För djup rubrik",
        picture(),
        sentence("Andelen är **2,8\xa0%**, högre än riket."),
        new_output("stream", text="hemlig utskrift"),
        table(60),
        "## Metod\n\n- ett\n- två\n\n> citat\n\n---\n\n`kod`\n\n```python\nx = 1\n```",
        table(2, caption=""),
    )


def test_the_same_content_stands_in_all_three(report):
    for text in map(squeezed, report.texts()):
        for part in ("Inledning med fet text", "Nöjdhet", "Andelen är 2,8 %, högre än riket.", "Figur 1. Andel",
                     "Tabell 1. Andel nöjda", "Tabell 2.", "För djup rubrik", "59,5 %", "Metod", "citat"):  # fmt: skip
            assert part in text
        for hidden in ("hemlig", "<object>", "Notebookens namn"):
            assert hidden not in text


def test_html_stands_alone_and_is_accessible(report):
    shown = Shown(report.html)
    assert shown.named("html") == [{"lang": "sv"}]
    assert shown.named("img")[0]["alt"] == ALT
    assert shown.named("img")[0]["src"].startswith("data:image/svg+xml;base64,")
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in shown.tags}
    for _, attributes in shown.tags:
        assert not re.match(r"(https?:)?//", attributes.get("src") or attributes.get("href") or "")
    assert "url(" not in report.html and "@import" not in report.html
    assert [tag for tag, _ in shown.tags if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2", "h3", "h2"]
    regions = [a for a in shown.named("div") if a.get("role") == "region"]
    assert [(r["tabindex"], bool(r["aria-label"])) for r in regions] == [("0", True), ("0", True)]
    assert {th.get("scope") for th in shown.named("th")} == {"col", "row"}
    assert "math" in {tag for tag, _ in shown.tags}


def test_html_links_lead_to_places_in_the_page(report):
    shown = Shown(report.html)
    ids = {attributes["id"] for _, attributes in shown.tags if "id" in attributes}
    targets = [link["href"] for link in shown.named("a")]
    assert targets == ["#innehall", "#avsnitt-1", "#avsnitt-3"]
    assert {target[1:] for target in targets} <= ids


def test_pdf_is_tagged_and_says_what_it_is(report):
    root, reader = report.pdf.trailer["/Root"], report.pdf
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "sv" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == PAGE.title and reader.metadata.author == "finsam-eval"
    assert "<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.rdf_root.toxml()
    roles = [role for role, _ in structure(reader)]
    assert roles.count("/Table") == 2 and roles.count("/THead") == 2 and roles.count("/TH") == 4
    assert [role for role in roles if re.fullmatch(r"/H\d", role)] == ["/H1", "/H2", "/H1"]
    assert [str(node["/Alt"]) for role, node in structure(reader) if role == "/Figure"] == [ALT]
    assert all("/Alt" in node for role, node in structure(reader) if role == "/Formula")


def test_every_page_has_banner_number_and_table_head(report):
    pages, count = report.pages, len(report.pages)
    assert count >= 3
    for number, text in enumerate(map(squeezed, pages), start=1):
        assert "INTERN" in text and f"Sida {number} av {count}" in text and "Demo" in text
    inside = [text for text in pages if "Värend" in text.replace(PAGE.title, "")]
    assert len(inside) >= 2 and all("Förbund" in text for text in inside)


def test_pdf_carries_its_fonts(report):
    fonts = {font["/BaseFont"].split("+")[-1].split("-")[0] for page in report.pdf.pages
             for font in (f.get_object() for f in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert fonts <= {"LibertinusSerif", "DejaVuSans", "DejaVuSansMono", "NewCMMath"}


def test_word_is_accessible(report):
    word = report.docx
    assert [d.get("descr") for d in word.element.body.iter(qn("wp:docPr"))] == [ALT]
    for each in word.tables:
        assert each.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in each.rows)
        assert sum(int(column.get(qn("w:w"))) for column in each._tbl.tblGrid) > 0
    section = word.sections[0]
    assert section.header.paragraphs[0].text == "INTERN"
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"] and "Demo" in section.footer.paragraphs[0].text
    assert word.styles.element.find(".//" + qn("w:lang")).get(qn("w:val")) == "sv-SE"
    headings = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert headings == [("Title", PAGE.title), ("Heading 1", "Nöjdhet"), ("Heading 2", "För djup rubrik"),
                        ("Heading 1", "Metod")]  # fmt: skip
    assert round(word.inline_shapes[0].width.cm, 2) == 9


def test_word_tells_no_time_and_no_machine(report):
    core = report.docx.core_properties
    assert (core.title, core.author, core.last_modified_by) == (PAGE.title, "finsam-eval", "finsam-eval")
    assert core.created == core.modified and core.created.year == 2025
    with zipfile.ZipFile(report.paths[2]) as packed:
        assert {member.date_time for member in packed.infolist()} == {(2025, 1, 1, 0, 0, 0)}
        assert packed.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize(
    "column, side",
    [
        (["2,8\xa0%", "–"], RIGHT),
        (["−3,1", "+12", "(4–9)", "döljs"], RIGHT),
        (["1 av 2", "12,0–14,5 %"], RIGHT),
        (["–", "döljs"], LEFT),
        (["2 av 3", "steg 2"], LEFT),
        (["Värend", "2 förbund"], LEFT),
        (["år 2024", "år 2025"], LEFT),
    ],
)
def test_columns_of_numbers_stand_to_the_right(tmp_path, column, side):
    rows = "".join(f"<tr><th>12</th><td>{text}</td></tr>" for text in column)
    head = "<thead><tr><th>A</th><th>B</th></tr></thead>"
    report = made(tmp_path, new_output("display_data", {"text/html": f"<table>{head}<tbody>{rows}</tbody></table>"}))
    for row in report.docx.tables[0].rows:
        assert [cell.paragraphs[0].alignment for cell in row.cells] == [LEFT, side]
    cells = Shown(report.html).named("td")
    assert {cell["style"] for cell in cells} == {f"text-align: {'right' if side == RIGHT else 'left'};"}
    assert {cell.get("class") for cell in cells} == {"num" if side == RIGHT else None}


def test_two_renderings_give_the_same_bytes(tmp_path):
    content = ["## A\n\ntext", picture(), table(), sentence("b")]
    one, two = (made(tmp_path, *content, folder=name) for name in ("one", "two"))
    for first, second in zip(one.paths, two.paths, strict=True):
        assert first.read_bytes() == second.read_bytes()
        assert b"finsam-" not in first.read_bytes().replace(b"finsam-eval", b"")
        assert str(tmp_path).encode() not in first.read_bytes()


def test_the_given_moment_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    report = made(tmp_path, "text")
    assert report.pdf.metadata.creation_date_raw.startswith("D:19700102")
    assert report.docx.core_properties.created.year == 1970


def test_from_notebook_to_files_twice(tmp_path):
    output = picture()
    call = f"display({dict(output.data)!r}, raw=True, metadata={dict(output.metadata)!r})"
    parameters = new_code_cell("year = 2024", metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[new_markdown_cell("## A"), parameters, new_code_cell(call)])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    content = []
    for name in ("one", "two"):
        execute(tmp_path / "a.ipynb", {"year": 2023}, tmp_path / name / "a.ipynb")
        paths = render(tmp_path / name / "a.ipynb", PAGE, tmp_path / name, "a")
        content.append([path.read_bytes() for path in paths])
    assert content[0] == content[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_the_page_are_only_text(tmp_path, text):
    page = Page(title=text, subtitle=text, banner=text, footer=text, lang="en")
    report = made(tmp_path, picture(alt=text, caption=text), page=page)
    shown = Shown(report.html)
    assert not {"script", "b"} & {tag for tag, _ in shown.tags}
    assert [image["src"][:5] for image in shown.named("img")] == ["data:"]
    assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
    assert shown.text.count(text) == 6 and shown.named("img")[0]["alt"] == text
    assert squeezed(report.pdf.metadata.title) == squeezed(text)
    assert [str(node["/Alt"]) for role, node in structure(report.pdf) if role == "/Figure"] == [text]
    assert report.docx.sections[0].header.paragraphs[0].text == text
    assert next(report.docx.element.body.iter(qn("wp:docPr"))).get("descr") == text


@pytest.mark.parametrize("where", ["cell", "sentence"])
def test_markup_in_text_stays_text(tmp_path, where):
    attack = (
        'A <script>alert(1)</script> <img src=x onerror=alert(2)>\n\n<iframe src="http://x"></iframe>\n\n'
        "![bild](http://x/y.png) ![lokal](/etc/hostname) [klicka](javascript:alert(3)) [fil](file:///etc/passwd)\n\n"
        '```{=html}\n<b id="raw">\n```\n\n`<i>`{=html} #import "x": y {.class onclick=alert(4)}\n'
    )
    report = made(tmp_path, attack if where == "cell" else sentence(attack))
    shown = Shown(report.html)
    assert not {"script", "img", "iframe", "b", "i"} & {tag for tag, _ in shown.tags}
    assert [link["href"] for link in shown.named("a")] == ["#innehall"]
    assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
    for text in map(squeezed, report.texts()):
        assert "alert(1)" in text and "bild lokal klicka fil" in text
    assert not list(report.docx.element.body.iter(qn("wp:docPr")))
    assert not [rel for rel in report.docx.part.rels.values() if rel.is_external and "passwd" in rel.target_ref]


def test_a_table_keeps_no_attribute_but_class_and_scope(tmp_path):
    name = "&lt;script&gt; <a href='javascript:x'>V</a><script>1</script><img src='http://x'>"
    report = made(tmp_path, table(1, name=name))
    shown = Shown(report.html)
    assert {name for tag, attributes in shown.tags if tag in ("table", "tr", "td", "th") for name in attributes} <= {
        "class", "scope", "style",
    }  # fmt: skip
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert [link["href"] for link in shown.named("a")] == ["#innehall"]
    assert "<script>" in squeezed(report.words)


@pytest.mark.parametrize(
    "output, told",
    [
        (picture(alt=""), "cell 2: the figure has no alt text"),
        (picture(alt=" \n"), "cell 2: the figure has no alt text"),
        (picture(width="100%"), "number of centimetres"),
        (picture(svg="<svg"), "typst could not draw a figure"),
        (new_output("error", ename="KeyError", evalue="19121212", traceback=[]), "cell 2 failed with KeyError"),
        (new_output("display_data", {"image/png": "aGVq"}), "got image/png"),
        (new_output("display_data", {"text/plain": "19121212"}), "got text/plain"),
        (new_output("display_data", {"text/html": "<div><table></table></div>"}), "got text/html"),
        (new_output("display_data", {"text/html": "<table></table><table></table>"}), "pandoc"),
        (new_output("display_data", {"application/javascript": "x"}), "got application/javascript"),
    ],
)
def test_what_cannot_be_shown_stops_and_leaves_nothing(tmp_path, output, told):
    with pytest.raises(BadReport) as caught:
        made(tmp_path, "text", output)
    assert told in str(caught.value) and "19121212" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_report_may_be_bare(tmp_path):
    report = made(tmp_path, "Bara text.", page=Page(title="T"))
    assert "Bara text." in report.pages[0] and "Sida 1 av 1" in squeezed(report.pages[0])
    shown = Shown(report.html)
    assert not {"nav", "footer"} & {tag for tag, _ in shown.tags}
    assert [p.get("class") for p in shown.named("p")] == [None]
    assert report.docx.sections[0].header.paragraphs[0].text == ""


@pytest.mark.parametrize("start", ["1. Deltagare känner", "- 3", "= lika", "+ mer", "/ a: b"])
def test_a_cell_that_starts_like_a_list_or_a_heading_is_a_cell(tmp_path, start):
    shown = made(tmp_path, "## Svar", table(name=start))
    assert squeezed(" ".join(shown.pages)).count(start) == 3
    roles = [role for role, _ in structure(shown.pdf)]
    assert "/L" not in roles
    assert sum(role in ("/H1", "/H2", "/H3") for role in roles) == 1


def test_a_long_table_that_must_stay_whole_does_so_in_word(tmp_path):
    long, kept = table(rows=20), table(rows=20)
    kept["data"]["text/html"] = kept["data"]["text/html"].replace('class="finsam"', 'class="finsam whole"', 1)
    report = made(tmp_path, long, kept, sentence("Under tabellen"))
    held = [
        [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in each.rows] for each in report.docx.tables
    ]
    assert not any(held[0]) and all(held[1][:-1]) and not held[1][-1]
    assert [each.style.name for each in report.docx.tables] == ["Table", "Table"]
    below = next(p for p in report.docx.paragraphs if p.text == "Under tabellen")
    assert below.paragraph_format.space_before.pt == 7
