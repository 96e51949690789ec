"""One small file for each survey tool and each defect that they are known for, and what ingest makes of it."""

from datetime import date, datetime

import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.ingest import ingest
from finsam_eval.study import open_study
from tests.deliveries import codes, read_one, reasons, sav, set_aside, workbook
from tests.small import write_study

BOOK = load_codebook("nns2015")
K01A, K02A, K07A = (BOOK.item(name).wording for name in ("K01a", "K02a", "K07a"))
LOW, HIGH = "Instämmer inte alls", "Instämmer helt"
EXPECTED = {"p1": {"K01a": 4, "K02a": 5}, "p2": {"K01a": 1, "K02a": 2}}


def refused(folder, content, **source):
    with pytest.raises(BadInput) as refusal:
        read_one(folder, content, **source)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    "heading",
    [
        "id;K01a;K02a",
        f"id;{K01A};{K02A}",
        f"id;K01a. {K01A};K02a: {K02A}",
        f"id;1. {K01A};2. {K02A}",
        f"id;G1[K01a];G1[{K02A}]",
        f"id;G1[1]. Hur är det? [{K01A}];Hur är det? [{K02A}]",
        f"id;{K01A.replace(' ', chr(0xA0))};  {K02A.replace('stöd', 'stö' + chr(0xAD) + 'd')}",
        f"id;{K01A.replace('å', 'a' + chr(0x30A))};{K02A.replace(' ', '  ', 1)}",
    ],
)
def test_headings_are_ids_questions_or_both(tmp_path, heading):
    result = read_one(tmp_path, f"{heading}\np1;4;5\np2;1;2\n")
    assert codes(result) == EXPECTED
    assert result.quarantine.empty


def test_the_rows_of_a_grid_are_found_by_their_question(tmp_path):
    stem = BOOK.item("K08a").stem
    rows = [
        ["id", stem, None, "K09a"],
        [None, BOOK.item("K08a").text, "Vet vad jag kan tillföra", None],
        ["p1", 4, 5, 3],
    ]
    content = workbook(("Svar", rows), merged=["B1:C1"])
    group = {"respondent_group": "insatspersonal", "occasion": "halvar"}
    result = read_one(tmp_path, content, "svar.xlsx", heading_rows=2, **group)
    assert codes(result) == {"p1": {"K08a": 4, "K08b": 5, "K09a": 3}}


@pytest.mark.parametrize(
    "heading, says",
    [
        (f"id;K01a;{K01A}", "column K01a stands there more than once"),
        ("id;K01a. " + K02A.replace("stöd", "hjälp") + ";K02a", "row 1, column 2 (B): K01a has another wording"),
        ("id;K07b;K02a", "row 1, column 2 (B): its heading is neither"),
    ],
)
def test_a_heading_that_is_no_question_or_there_twice_is_refused(tmp_path, heading, says):
    assert says in refused(tmp_path, f"{heading}\np1;4;5\n")


def test_a_variable_whose_name_and_label_are_different_questions_is_refused(tmp_path):
    content = sav({"id": ["p1"], "K01a": [4.0]}, column_labels={"K01a": K02A})
    assert "row 1, column 2: its heading may mean K01a, K02a" in refused(tmp_path, content, file="svar.sav")


OTHER = "Är du nöjd med maten?"


@pytest.mark.parametrize("variable", ["K01a", "k01a"])
def test_a_variable_named_as_a_question_but_asking_another_is_refused_with_the_difference(tmp_path, variable):
    content = sav({"id": ["p1"], variable: [4.0]}, column_labels={variable: OTHER})
    says = refused(tmp_path / "a", content, file="svar.sav")
    assert "svar.sav, row 1, column 2: K01a has another wording than the codebook's (kodboken: ⟦Jag" in says
    assert "Är ⟦du nöjd med maten?⟧)" in says
    told = read_one(tmp_path / "b", content, "svar.sav", items={"K01a": variable})
    assert codes(told) == {"p1": {"K01a": 4}}


STEM, TEXT = BOOK.item("K08a").stem, BOOK.item("K08a").text


@pytest.mark.parametrize(
    "label",
    [
        *("", "K08a", "K08a.", STEM, TEXT, f"{STEM} {TEXT}", f"K08a. {TEXT}", f"{STEM} [{TEXT}]", f"[{TEXT}] {STEM}"),
        *(f"{STEM.upper()} {TEXT}", BOOK.item("K08a").wording[:45], f"a) {TEXT.rstrip('.')}"),
    ],
)
def test_a_variable_may_carry_its_question_in_short(tmp_path, label):
    content = sav({"id": ["p1"], "K08a": [4.0]}, column_labels={"K08a": label} if label else None)
    group = {"respondent_group": "insatspersonal", "occasion": "halvar"}
    assert codes(read_one(tmp_path, content, "svar.sav", **group)) == {"p1": {"K08a": 4}}


def test_what_no_reader_would_call_another_wording_is_the_question(tmp_path):
    heading = f"id;{K01A.rstrip('.').upper()};k02a"
    assert codes(read_one(tmp_path, f"{heading}\np1;4;5\n")) == {"p1": EXPECTED["p1"]}


def test_a_question_mapped_by_hand_must_be_there_and_be_the_groups_own(tmp_path):
    assert codes(read_one(tmp_path / "a", "id;q1;K02a\np1;4;5\n", items={"K01a": "q1"})) == {"p1": EXPECTED["p1"]}
    assert "column q9 was expected" in refused(tmp_path / "b", "id;q1\np1;4\n", items={"K01a": "q9"})
    assert "is neither a declared" in refused(tmp_path / "c", "id;q1;K01a\np1;4;5\n", items={"K01a": "q1"})
    with pytest.raises(BadDefinition, match="K07b is nothing that deltagare answers"):
        read_one(tmp_path / "d", "id;q1\np1;4\n", items={"K07b": "q1"})


LIMESURVEY = (
    "id,submitdate,lastpage,token,K01a,K02a\r\n"
    '"1","2025-02-01 10:15:00","3","p1","4","5"\r\n'
    '"2","","1","p3","3",""\r\n'
    '"3","2025-02-02 08:00:00","3","p2","1","2"\r\n'
)


def test_limesurvey_with_codes_and_responses_never_handed_in(tmp_path):
    result = read_one(
        tmp_path,
        LIMESURVEY.encode("utf-8-sig"),
        columns={"respondent": "token", "date": "submitdate"},
        completed="submitdate",
        ignored=["id", "lastpage"],
    )
    assert codes(result) == EXPECTED
    assert set_aside(result) == [(3, "completed", "aldrig inlämnad")]
    assert sorted(result.responses["date"].dt.date.unique()) == [date(2025, 2, 1), date(2025, 2, 2)]


def test_limesurvey_with_whole_questions_and_long_answers(tmp_path):
    text = f'id,"K01a. {K01A}","K02a. {K02A}"\n"p1","4","{HIGH}"\n"p2","{LOW}","2"\n"p3","","Vet ej"\n'
    result = read_one(tmp_path, text, missing={"Vet ej": "vet ej"})
    assert codes(result) == EXPECTED
    assert reasons(result) == {"p3": {"K01a": "obesvarad", "K02a": "vet ej"}}
    answers = result.account[result.account["unit"] == "svar"].iloc[0]
    assert (answers["read"], answers["kept"], answers["quarantined"]) == (5, 5, 0)


def test_enalyzer_with_label_numbers_and_american_dates(tmp_path):
    rows = [["id", "Datum", "K01a", "K02a"], ["p1", "02-13-2025", 21, 20], ["p2", "03-31-2025", 24, 23]]
    numbers = {"20": 5, "21": 4, "22": 3, "23": 2, "24": 1}
    declared = {"columns": {"respondent": "id", "date": "Datum"}, "dates": "%m-%d-%Y", "answers": numbers}
    result = read_one(tmp_path, workbook(("Data", rows)), "svar.xlsx", **declared)
    assert codes(result) == EXPECTED
    assert sorted(result.responses["date"].dt.date.unique()) == [date(2025, 2, 13), date(2025, 3, 31)]


def test_dates_in_another_form_than_declared_set_their_rows_aside(tmp_path):
    columns = {"respondent": "id", "date": "d"}
    text = "id;d;K01a\np1;31-03-2025;4\np2;03-31-2025;4\np3;2025-03-31;4\np4;2025-03-31 08:15;4\n"
    iso = read_one(tmp_path / "iso", text, columns=columns)
    assert [row for row, *_ in set_aside(iso)] == [2, 3]
    assert set_aside(iso)[0][2].endswith("väntades; skriver filen datum på annat sätt, ange dates i study.yaml")
    danish = read_one(tmp_path / "other", text, columns=columns, dates="%d-%m-%Y")
    assert set_aside(danish) == [(3, "date", "ett datum som 2025-03-31 eller 31-03-2025 väntades (dates: %d-%m-%Y)")]
    with pytest.raises(BadDefinition, match="dates"):
        read_one(tmp_path / "odd", text, columns=columns, dates="%Y-%d-%m")


def test_excel_with_dates_and_numbers_of_its_own(tmp_path):
    rows = [["id", "dag", "K01a", "K02a"], ["p1", datetime(2025, 2, 1), 4.0, "5"], ["p2", date(2025, 3, 31), 1, 2]]
    columns = {"respondent": "id", "date": "dag"}
    result = read_one(tmp_path, workbook(("Svar", rows)), "svar.xlsx", columns=columns, dates="%d/%m/%Y")
    assert codes(result) == EXPECTED
    assert list(result.account["form"].unique()) == ["Excel, blad Svar"]


def test_csv_from_a_program_for_windows(tmp_path):
    text = f"id;Kön;K01a;K02a;Ålder\r\np1;Kvinna;4 – {HIGH[:2]};5 – {HIGH};41,5\r\np2;Man;1 = {LOW};2;39,0\r\n"
    declared = {"columns": {"respondent": "id", "gender": "Kön"}, "ignored": ["Ålder"]}
    words = {"gender": {"Kvinna": "kvinna", "Man": "man"}}
    result = read_one(tmp_path, text.encode("cp1252"), **declared, words=words)
    assert codes(result) == EXPECTED
    assert set(result.responses["gender"]) == {"kvinna", "man"}


def test_spss_with_labels_and_missing_codes(tmp_path):
    content = sav(
        {
            "id": ["p1", "p2", "p3"],
            "kon": [1.0, 2.0, 2.0],
            "q1": [4.0, 1.0, 99.0],
            "q2": [5.0, 2.0, None],
            "u": [1, 2, 3],
        },
        column_labels={"q1": K01A, "q2": f"2. {K02A}"},
        variable_value_labels={"q1": {1: LOW, 5: HIGH, 99: "Vet ej"}, "kon": {1: "Kvinna", 2: "Man"}},
        missing_ranges={"q1": [99]},
    )
    words = {"gender": {"Kvinna": "kvinna", "Man": "man"}}
    columns = {"respondent": "id", "gender": "kon"}
    result = read_one(tmp_path, content, "svar.sav", columns=columns, words=words, ignored=["u"])
    assert codes(result) == EXPECTED
    assert reasons(result) == {"p3": {"K01a": "Vet ej", "K02a": "obesvarad"}}
    assert result.responses.set_index("respondent")["gender"].to_dict() == {"p1": "kvinna", "p2": "man", "p3": "man"}


def test_a_file_whose_numbers_begin_at_another_end_is_refused_whole(tmp_path):
    turned = sav({"id": ["p1"], "K01a": [1.0]}, variable_value_labels={"K01a": {1: HIGH, 5: LOW}})
    says = "kolumn K01a: siffran och orden hör inte ihop på kodbokens skala; skriv koden för varje text under answers i"
    assert f"rad 1, {says}" in refused(tmp_path / "sav", turned, file="svar.sav")
    from_zero = f"id;K01a\np1;2\np2;0 – {LOW}\n"
    assert f"rad 3, {says}" in refused(tmp_path / "csv", from_zero)
    told = {"0 – " + LOW: 1, "1": 2, "2": 3, "3": 4, "4": 5}
    assert codes(read_one(tmp_path / "told", from_zero, answers=told)) == {"p1": {"K01a": 3}, "p2": {"K01a": 1}}


@pytest.mark.parametrize("code", ["9", "99", "-9"])
def test_a_code_for_no_answer_counts_only_when_declared(tmp_path, code):
    text = f"id;K01a;K02a\np1;4;5\np2;{code};2\n"
    bare = read_one(tmp_path / "bare", text)
    assert set_aside(bare) == [(3, "K01a", "utanför skalan")]
    told = read_one(tmp_path / "told", text, missing={code: "vill ej svara"})
    assert told.quarantine.empty
    assert reasons(told) == {"p2": {"K01a": "vill ej svara"}}


LONG = {"columns": {"respondent": "id", "item": "fraga", "answer": "svar"}}


def test_one_row_per_answer_gives_the_same_table_as_one_row_per_person(tmp_path):
    text = f"id;fraga;svar\np1;K01a;4\np1;{K02A};5\np2;K01a. {K01A};1\np2;K02a;{LOW}\np3;K07a;3\n"
    long = read_one(tmp_path / "long", text, **LONG)
    wide = read_one(tmp_path / "wide", f"id;K01a;K02a;K07a\np1;4;5;\np2;1;{LOW};\np3;;;3\n")
    order = ["respondent", "item"]
    columns = [name for name in wide.responses if name not in ("date",)]
    one, other = (t.responses.sort_values(order, ignore_index=True)[columns] for t in (long, wide))
    assert one.equals(other)
    assert long.quarantine.empty


def test_what_cannot_be_used_of_one_row_per_answer_is_told_with_its_own_row(tmp_path):
    rows = [
        "p1;K01a;4",
        "p1;K99x;1",
        "p1;K02a;7",
        ";K01a;3",
        "p2;K01a;2",
        "p2;K01a;2",
        "p3;K01a;1",
        "p3;K01a;2",
        "p1;K06a;5",
    ]
    result = read_one(tmp_path, "id;fraga;svar\n" + "\n".join(rows) + "\n", **LONG)
    assert sorted(set_aside(result)) == [
        (3, "item", "ingen fråga som gruppen får"),
        (4, "answer", "utanför skalan"),
        (5, "respondent", "pseudonym saknas"),
        (7, "respondent", "samma svar inlämnat igen"),
        (8, "respondent", "två olika svar av samma person"),
        (9, "respondent", "två olika svar av samma person"),
        (10, "answer", "frågan ställs inte vid tillfället"),
    ]
    lines = result.account.set_index("unit")
    assert lines.loc["rader", ["read", "kept"]].to_list() == [9, 4]
    assert lines.loc["svar", ["read", "kept"]].to_list() == [9, 2]


def test_one_row_per_answer_names_both_item_and_answer(tmp_path):
    with pytest.raises(BadDefinition, match="needs both item and answer"):
        read_one(tmp_path, "id;svar\np1;4\n", columns={"respondent": "id", "answer": "svar"})


def test_a_group_in_each_file_or_all_in_one_workbook(tmp_path):
    book = workbook(("Deltagare", [["id", "K01a"], ["p1", 4]]), ("Personal", [["id", "K08a"], ["s1", 2]]))
    shared = {"file": "svar.xlsx", "period": "2025H1", "columns": {"respondent": "id"}}
    sources = [
        {**shared, "sheet": "Deltagare", "respondent_group": "deltagare", "occasion": "under"},
        {**shared, "sheet": "Personal", "respondent_group": "insatspersonal", "occasion": "halvar"},
    ]
    folder = write_study(tmp_path, sources={"responses": sources}, outcomes=[])
    (folder / "data" / "raw" / "svar.xlsx").write_bytes(book)
    result = ingest(open_study(folder))
    assert codes(result) == {"p1": {"K01a": 4}, "s1": {"K08a": 2}}
    assert list(result.account["form"].unique()) == ["Excel, blad Deltagare", "Excel, blad Personal"]


def test_a_file_without_any_question_is_refused(tmp_path):
    says = refused(tmp_path, "id;annat\np1;x\n", ignored=["annat"])
    assert says.startswith(
        "svar.csv: no column is a question that deltagare answers in the codebook; run finsam-eval map"
    )
