"""The index: failures first, everything escaped, the same bytes twice."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finsam_eval.render.index import IndexRow, write_index

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "&amp;<b>", "{made} $x$"]


class Seen(HTMLParser):
    """Tags with attributes, and the text, of a page."""

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


def made(kind="Förbundsrapport", unit="Värend", files=None):
    files = {"html": "varend.html", "pdf": "varend.pdf"} if files is None else files
    return IndexRow(kind=kind, unit=unit, title=f"{kind} {unit}", status="framställd", files=files)


def failed(unit="Östra", reason="cell 4: BadReport"):
    return IndexRow(kind="Förbundsrapport", unit=unit, title=f"Rapport {unit}", status="misslyckades", reason=reason)


def page(tmp_path, rows, title="Rapporter", banner="INTERN", lang="sv"):
    write_index(tmp_path / "index.html", title, banner, lang, rows)
    return (tmp_path / "index.html").read_text("utf-8")


def test_failures_stand_first_with_their_reason_and_no_link(tmp_path):
    text = page(tmp_path, [made(), made("Riksrapport", "riket"), failed()])
    assert text.index("Kunde inte framställas") < text.index("Rapport Östra") < text.index("Förbundsrapport Värend")
    assert text.index("Förbundsrapport Värend") < text.index("Riksrapport riket")
    assert "cell 4: BadReport" in text and "✗" in text and "misslyckades" in text
    links = [link["href"] for link in Seen(text).named("a")]
    assert links == ["#innehall", "./varend.html", "./varend.pdf", "./varend.html", "./varend.pdf"]


def test_without_failures_no_such_section(tmp_path):
    text = page(tmp_path, [made()])
    assert "Kunde inte framställas" not in text and "✓" in text and "framställd" in text
    assert "Framställda rapporter: 1. Rapporter som inte kunde framställas: 0." in text


def test_kinds_are_grouped_in_the_order_they_come(tmp_path):
    rows = [made("B", "1"), made("A", "2"), made("B", "3")]
    assert [h for h in Seen(page(tmp_path, rows)).text.split("\n") if h in "AB" and h] == ["B", "A"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_only_text(tmp_path, text):
    row = IndexRow(kind=text, unit=text, title=text + "!", status=text, reason=text, files={text: text})
    seen = Seen(page(tmp_path, [row, failed(text, text)], title=text, banner=text))
    allowed = {"html", "head", "meta", "title", "style", "body", "a", "p", "header", "h1", "h2", "main", "section",
               "div", "table", "thead", "tbody", "tr", "th", "td", "span", "br"}  # fmt: skip
    assert {tag for tag, _ in seen.tags} <= allowed
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)
    assert seen.text.count(text) >= 6


@settings(max_examples=50, deadline=None)
@given(address=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_address_never_leaves_the_folder_of_reports(tmp_path_factory, address):
    text = page(tmp_path_factory.mktemp("i"), [made(files={"html": address})])
    href = Seen(text).named("a")[1]["href"]
    assert href.startswith("./") and ":" not in href and "?" not in href and "#" not in href


def test_it_is_accessible_and_needs_nothing_from_outside(tmp_path):
    text = page(tmp_path, [made(), failed()], lang="en")
    seen = Seen(text)
    assert seen.named("html") == [{"lang": "en"}]
    assert {th["scope"] for th in seen.named("th")} == {"col", "row"}
    ids = {attributes["id"] for _, attributes in seen.tags if "id" in attributes}
    assert {a["aria-labelledby"] for _, a in seen.tags if "aria-labelledby" in a} <= ids
    assert all(link.get("aria-label") for link in seen.named("a")[1:])
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in seen.tags}
    assert "http:" not in text and "https:" not in text and "url(" not in text


def test_the_same_rows_give_the_same_bytes_and_leave_one_file(tmp_path):
    assert page(tmp_path, [made(), failed()]) == page(tmp_path, [made(), failed()])
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
