import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.comments import Line, Section, from_json, read_comments, to_json

PROPER = """## Genomförande

Vi började
i mars.

Vi slutade i juni.

## Framgångsfaktorer

Tre saker:
- fasta tider
- egna mål,
  skrivna tillsammans
- rum

## Hinder

"""


def read(folder, text, name="F07.md", units=("F06", "F07")):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_comments(folder, units)


def refusal(folder, text, name="F07.md"):
    comments = read(folder, text, name)
    assert comments.accepted == {}
    ((called, reason),) = comments.refused.items()
    assert reason.startswith(called)
    return reason


@pytest.mark.parametrize("text", [PROPER, PROPER.replace("\n", "\r\n"), "\ufeff" + PROPER])
def test_paragraphs_and_points_are_plain_text_and_an_empty_section_is_left_out(tmp_path, text):
    comments = read(tmp_path, text)
    assert comments.refused == {}
    assert comments.accepted["F07"] == (
        Section("Genomförande", (Line("Vi började i mars."), Line("Vi slutade i juni."))),
        Section(
            "Framgångsfaktorer",
            (
                Line("Tre saker:"),
                Line("fasta tider", listed=True),
                Line("egna mål, skrivna tillsammans", listed=True),
                Line("rum", listed=True),
            ),
        ),
    )


def test_sections_stand_in_the_order_they_were_written(tmp_path):
    sections = read(tmp_path, "## Hinder\na\n## Genomförande\nb\n").accepted["F07"]
    assert [section.heading for section in sections] == ["Hinder", "Genomförande"]


def test_no_folder_no_files_and_no_text_are_no_comments(tmp_path):
    assert read_comments(tmp_path / "none", ["F07"]).accepted == {}
    (tmp_path / "README.md").write_text("# comments\n", encoding="utf-8")
    (tmp_path / ".F07.md").write_text("<b>", encoding="utf-8")
    comments = read(tmp_path, "## Hinder\n\n   \n")
    assert comments.accepted == comments.refused == {}


@pytest.mark.parametrize(
    "row, says",
    [
        ("<b>fet</b>", "HTML"),
        ("a&nbsp;b", "HTML"),
        ("<!-- gömd -->", "HTML"),
        ("se [rapporten](x.html)", "länk"),
        ("se https://exempel.se", "länk"),
        ("se www.exempel.se", "länk"),
        ("[1]: rapport", "länk"),
        ("![bild](b.png)", "en bild"),
        ("kör `rm`", "kod"),
        ("```", "kod"),
        ("    indraget", "indrag"),
        ("| a | b |", "tabell"),
        ("a | b | c", "tabell"),
        ("---", "en linje"),
        ("* * *", "en linje"),
        ("**viktigt**", "fet, kursiv"),
        ("mycket *viktigt*", "fet, kursiv"),
        ("mycket _viktigt_", "fet, kursiv"),
        ("~~fel~~", "struken"),
        ("> citat", "citat"),
        ("* punkt", "lista av annat slag"),
        ("1. punkt", "lista av annat slag"),
        ("  - under", "lista i en lista"),
        ("dold\u202etext", "inte syns"),
    ],
)
def test_markup_is_refused_with_its_row(tmp_path, row, says):
    reason = refusal(tmp_path, f"## Hinder\n\nBra text.\n{row}\n")
    assert reason.startswith("F07.md, rad 4: här finns ")
    assert says in reason


@pytest.mark.parametrize(
    "row",
    [
        "5 * 3 är 15, och n < 10 & x > 2",
        "fil_med_streck och 50 % (ungefär)",
        "Deltagare [i åldern 16–29] ökade från 12 till 35",
        "- 2025-01-10 till 2025-06-30, kl. 08.00-16.30",
        "Kostnaden var 1 234 567 kronor, 0,5 procent mer",
        "Organisationsnummer 556036-0793",
        "Våren 2024, hösten 2024 och våren 2025",
    ],
)
def test_ordinary_signs_and_numbers_are_let_through_as_they_are(tmp_path, row):
    (section,) = read(tmp_path, f"## Hinder\n{row}\n").accepted["F07"]
    assert section.lines == (Line(row.removeprefix("- "), listed=row.startswith("- ")),)


# Publicly known examples: Skatteverket's own 811228-9874, and samordningsnummer 701063-2391.
@pytest.mark.parametrize(
    "number",
    [
        "811228-9874",
        "8112289874",
        "19811228-9874",
        "811228 9874",
        "81 12 28 - 98 74",
        "19 811228 9874",
        "811228–9874",
        "811228\N{MINUS SIGN}9874",
        "８１１２２８-９８７４",
        "701063-2391",
        "nr 15 81 12 28 98 74",
        "x811228-9874y",
        "811228-\n9874",
    ],
)
def test_a_personnummer_is_found_however_it_is_written_and_never_repeated(tmp_path, number):
    reason = refusal(tmp_path, f"## Hinder\n\nDet gällde {number} hela året.\n")
    assert reason.startswith("F07.md, rad 3: något ser ut som ett personnummer")
    assert "9874" not in reason
    assert "2391" not in reason


@pytest.mark.parametrize(
    "contact, says",
    [
        ("anna.k@exempel.se", "e-postadress"),
        ("anna @ exempel.se", "e-postadress"),
        ("anna(at)exempel.se", "e-postadress"),
        ("anna [snabel-a] exempel [punkt] se", "e-postadress"),
        ("070-123 45 67", "telefonnummer"),
        ("0701234567", "telefonnummer"),
        ("+46 70 123 45 67", "telefonnummer"),
        ("08-12 34 56 78", "telefonnummer"),
        ("(08) 123 456 78", "telefonnummer"),
    ],
)
def test_a_persons_contact_is_refused_and_not_repeated(tmp_path, contact, says):
    reason = refusal(tmp_path, f"## Hinder\nHör av er till {contact} så berättar vi.\n")
    assert reason.startswith(f"F07.md, rad 2: något ser ut som e{'tt' if says[0] == 't' else 'n'} {says}")
    assert contact not in reason


@pytest.mark.parametrize(
    "text, row, says",
    [
        ("Inledning\n## Hinder\n", 1, "text före den första rubriken"),
        ("## Hinder\na\n## Resultat\n", 3, "en annan rubrik än"),
        ("# Hinder\n", 1, "en annan rubrik än"),
        ("### Hinder\n", 1, "en annan rubrik än"),
        ("## Hinder\na\n## Hinder\nb\n", 3, "samma rubrik en gång till"),
        ("\n#hinder\n", 2, "en annan rubrik än"),
    ],
)
def test_other_headings_and_loose_text_are_refused(tmp_path, text, row, says):
    assert refusal(tmp_path, text).startswith(f"F07.md, rad {row}: {says}")


@pytest.mark.parametrize(
    "name, says",
    [
        ("F70.md", "F70.md: inget förbund i studien har filens namn som id; menas F07?"),
        ("f07.md", "f07.md: inget förbund i studien har filens namn som id; menas F07"),
        ("Z.md", "se förbundens id"),
        ("F07.docx", "F07.docx: här väntades en vanlig textfil"),
        ("F 07.md", "fil nr 1: här väntades"),
        ("<i>.md", "fil nr 1: här väntades"),
        ("811228-9874.md", "fil nr 1: inget förbund"),
    ],
)
def test_a_file_that_belongs_to_no_forbund_is_refused(tmp_path, name, says):
    assert says in refusal(tmp_path, "## Hinder\na\n", name)


def test_a_link_to_another_file_is_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("## Hinder\na\n", encoding="utf-8")
    folder = tmp_path / "comments"
    folder.mkdir()
    (folder / "F07.md").symlink_to(tmp_path / "secret.txt")
    assert list(read_comments(folder, ["F07"]).refused) == ["F07.md"]


def test_other_encodings_and_long_files_are_refused(tmp_path):
    assert refusal(tmp_path, PROPER.encode("cp1252")).startswith("F07.md är inte UTF-8: spara")
    assert "längre än 20000 tecken" in refusal(tmp_path, "## Hinder\n" + "a" * 20_000)
    assert read(tmp_path, "## Hinder\n" + "a" * 19_990).refused == {}


def test_one_refused_file_leaves_the_others(tmp_path):
    (tmp_path / "F06.md").write_text("ingen rubrik", encoding="utf-8")
    comments = read(tmp_path, "## Hinder\na\n")
    assert (list(comments.accepted), list(comments.refused)) == (["F07"], ["F06.md"])


def test_sections_survive_json(tmp_path):
    sections = read(tmp_path, PROPER).accepted["F07"]
    assert from_json(json.loads(json.dumps(to_json(sections)))) == sections


@given(st.text(alphabet=st.sampled_from("ab 0189-+#*_`|<>[]()!&;@.\n\t~=:/\u200bå"), max_size=80))
def test_any_text_is_accepted_or_refused_in_one_sentence(tmp_path_factory, text):
    comments = read(tmp_path_factory.getbasetemp() / "any", "## Hinder\n" + text)
    assert len(comments.accepted) + len(comments.refused) <= 1
    for line in (line for sections in comments.accepted.values() for s in sections for line in s.lines):
        assert line.text == " ".join(line.text.split()) != ""
        assert line.text in " ".join(text.split())
    assert all(reason.endswith((".", "?")) and "\n" not in reason for reason in comments.refused.values())


@pytest.mark.parametrize(
    "line",
    [
        "121212 (1212)",
        "19121212:1212",
        "19121212,1212",
        "Ring 070.123.45.67",
        "anna snabel-a kommun punkt se",
        "a\U000e0041b",
    ],
)
def test_a_person_told_in_a_roundabout_way_is_refused_too(tmp_path, line):
    (tmp_path / "F01.md").write_text(f"## Hinder\n\n{line}\n", encoding="utf-8")
    told = read_comments(tmp_path, ["F01"])
    assert told.accepted == {}
    assert "rad 3" in told.refused["F01.md"]


@pytest.mark.parametrize("heading", ["## Genomfo\u0308rande", "##\u00a0Genomförande"], ids=["two dots", "hard space"])
def test_a_heading_that_looks_right_is_right(tmp_path, heading):
    (tmp_path / "F01.md").write_text(f"{heading}\n\nText.\n", encoding="utf-8")
    assert [section.heading for section in read_comments(tmp_path, ["F01"]).accepted["F01"]] == ["Genomförande"]
