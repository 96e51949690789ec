import csv
import io
import re
import zipfile

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from finsam_eval.cli import main
from finsam_eval.codebook import load_codebook
from finsam_eval.errors import BadInput
from finsam_eval.exports import codebook_csv, questionnaires, write_questionnaires
from finsam_eval.exports.questionnaire import CODEBOOK_HEADING, blocks

BOOK = load_codebook("nns2015")


def forms():
    return {(group.id, occasion.id): items for group, occasion, items in questionnaires(BOOK)}


def tables(key):
    return [block["html"] for block in blocks(BOOK, forms()[key]) if block["kind"] == "table"]


def test_a_form_per_group_and_occasion_that_has_questions_and_none_for_the_register():
    assert len(forms()) == 13
    assert [item.id for item in forms()["deltagare", "under"]] == [
        *("K01a", "K02a", "K03a", "K04a", "K05a", "K07a", "K09d"),
    ]
    assert not any(group == "register" for group, _ in forms())


def test_every_question_stands_as_the_codebook_words_it_with_a_box_for_every_code():
    for key, items in forms().items():
        html = "".join(tables(key))
        for item in items:
            assert f"{item.text} ({item.id})" in html
            assert not item.stem or item.stem in html
        assert html.count("☐") == 5 * len(items)


def test_a_stem_stands_once_above_its_questions():
    first, *_ = tables(("insatspersonal", "halvar"))
    assert first.count("Jag upplever att de jag samverkar med hos andra myndigheter:") == 1
    assert re.findall(r"\((K\w+)\)", first) == ["K08a", "K08b"]


def test_the_scale_is_named_once_above_its_steps():
    assert re.findall(r'<th scope="col">(.*?)</th>', tables(("deltagare", "under"))[0]) == list(("Fråga", *"12345"))
    texts = [block["text"] for block in blocks(BOOK, forms()["deltagare", "under"]) if block["kind"] == "markdown"]
    assert [text for text in texts if "Instämmer" in text] == [r"1 \= Instämmer inte alls, 5 \= Instämmer helt"]


def test_the_command_makes_a_file_per_form_in_each_kind(tmp_path, monkeypatch):
    def call(*arguments):
        return CliRunner().invoke(main, ["codebook", "nns2015", *arguments])

    only = list(questionnaires(BOOK))[:1]
    monkeypatch.setattr("finsam_eval.exports.questionnaire.questionnaires", lambda _: only)
    for kind in ("docx", "pdf", "html"):
        assert call("--questionnaire", str(tmp_path / f"enkat.{kind}")).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"enkat_deltagare_under.{k}" for k in ("docx", "pdf", "html")}
    wording = "Jag får stödet på ett sätt som är till nytta för mig."
    html = (tmp_path / "enkat_deltagare_under.html").read_text(encoding="utf-8")
    assert wording in html
    assert "Del 1." in html
    with zipfile.ZipFile(tmp_path / "enkat_deltagare_under.docx") as word:
        assert wording in word.read("word/document.xml").decode()
    pages = PdfReader(tmp_path / "enkat_deltagare_under.pdf").pages
    assert wording in " ".join(pages[0].extract_text().split())
    assert len(pages) == 1


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="enkat.odt"):
        write_questionnaires(BOOK, tmp_path / "enkat.odt")


def test_the_codebook_as_csv_has_a_row_per_item_and_its_wording_verbatim(tmp_path):
    rows = list(csv.DictReader(io.StringIO(codebook_csv(BOOK)), delimiter=";"))
    assert list(rows[0]) == CODEBOOK_HEADING
    assert [row["fråga"] for row in rows] == [item.id for item in BOOK.items]
    assert [(row["inledning"], row["lydelse"]) for row in rows] == [(item.stem, item.text) for item in BOOK.items]
    assert rows[0]["koder"] == "1 Instämmer inte alls | 2 | 3 | 4 | 5 Instämmer helt"
    out = tmp_path / "kodbok.csv"
    assert CliRunner().invoke(main, ["codebook", "nns2015", "--csv", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8-sig") == codebook_csv(BOOK)
    assert out.read_bytes().startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
