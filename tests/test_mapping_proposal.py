import pytest

from finsam_eval.codebook import Item, load_codebook
from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.headings import Names
from finsam_eval.mapping import propose, reworded

BOOK = load_codebook("nns2015")
ITEMS = BOOK.survey_items
COLUMNS = ("respondent", "participation", "gender", "date", "occasion")
PERSONNUMMER = "811218-9876"  # Skatteverket's example


def delivered(*heading, **told):
    return Delivered(heading=list(heading), rows=[["1"] * len(heading)], numbers=[2], form="CSV", **told)


def meant(*heading, items=ITEMS, columns=COLUMNS, **told):
    return [match.means for match in propose(delivered(*heading, **told), items, columns)]


def test_all_28_items_are_found_by_their_wording_with_score_1():
    matches = propose(delivered(*(item.wording for item in ITEMS)), ITEMS, COLUMNS)
    assert [match.means for match in matches] == [item.id for item in ITEMS]
    assert len(matches) == 28
    assert {match.score for match in matches} == {1}
    assert reworded(matches) == []


def test_all_28_are_found_by_their_ids_whatever_the_case():
    assert meant(*(item.id.lower() for item in ITEMS)) == [item.id for item in ITEMS]


def test_all_28_are_found_as_a_grid_and_by_the_whole_question_of_an_spss_file():
    grid = [f"{item.stem.rstrip(':')} [{item.text}]" if item.stem else f"[{item.text}]" for item in ITEMS]
    assert meant(*grid) == [item.id for item in ITEMS]
    codes = [f"v{number}" for number in range(len(ITEMS))]
    assert meant(*codes, questions=dict(zip(codes, (item.wording for item in ITEMS), strict=True))) == meant(*grid)


def test_reworded_items_are_found_in_any_order_and_shown():
    said = ["Jag har fått stöd på ett sätt som är till nytta för mig.", "Jag får stöd på ett sätt som är bra för mig."]
    matches = propose(delivered(*said), ITEMS, COLUMNS)
    assert [match.means for match in matches] == ["K01b", "K01a"]
    assert all(0.65 <= match.score < 1 for match in matches)
    assert [match.differs for match in reworded(matches)] == [
        (
            "Jag har fått ⟦stödet⟧ på ett sätt som är till nytta för mig.",
            "Jag har fått ⟦stöd⟧ på ett sätt som är till nytta för mig.",
        ),
        (
            "Jag får ⟦stödet⟧ på ett sätt som är ⟦till nytta⟧ för mig.",
            "Jag får ⟦stöd⟧ på ett sätt som är ⟦bra⟧ för mig.",
        ),
    ]


@pytest.mark.parametrize("heading", ["K01a. {}", "K01a: {}", "K01a – {}", "K01a"])
def test_an_id_beside_another_wording_is_the_item_and_the_wording_is_shown(heading):
    said = "Jag får stöd på ett sätt som är till nytta för mig."
    questions = {"K01a": said}
    (match,) = propose(delivered(heading.format(said), questions=questions), ITEMS, COLUMNS)
    assert (match.means, match.score) == ("K01a", 1)
    assert match.differs == (
        "Jag får ⟦stödet⟧ på ett sätt som är till nytta för mig.",
        "Jag får ⟦stöd⟧ på ett sätt som är till nytta för mig.",
    )


def test_an_id_in_brackets_is_the_item_and_its_stem_no_wording_of_it():
    (match,) = propose(delivered("Hur är det med dina kontakter? [K08a]"), ITEMS, COLUMNS)
    assert (match.means, match.score, match.differs) == ("K08a", 1, None)


@pytest.mark.parametrize(
    "heading",
    [
        "Hur väl instämmer du i följande? [Jag får stödet på ett sätt som är till nytta för mig.]",
        "[Jag får stödet på ett sätt som är till nytta för mig.] Hur väl instämmer du i följande?",
        "G1[1]. Hur är det? [Jag får stödet på ett sätt som är till nytta för mig]",
    ],
)
def test_a_lead_in_before_the_whole_wording_is_no_rewording_as_when_the_file_is_read(heading):
    (match,) = propose(delivered(heading), ITEMS, COLUMNS)
    assert (match.means, match.score, match.differs) == ("K01a", 1, None)
    assert Names(ITEMS).items(heading) == {"K01a"}


def test_the_stem_alone_beside_an_id_is_no_rewording():
    (match,) = propose(delivered("K08a", questions={"K08a": BOOK.item("K08a").stem}), ITEMS, COLUMNS)
    assert (match.means, match.score, match.differs) == ("K08a", 1, None)


def test_the_usual_headings_of_limesurvey():
    heading = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token", "ipaddr", "Kön", "Fritext"]
    assert meant(*heading) == [
        *("ignored", "completed", "ignored", "ignored", "ignored", "respondent", "ignored", "gender", ""),
    ]


@pytest.mark.parametrize("heading", ["submitdate", "Datum för slutförande", "Date submitted"])
def test_the_date_on_which_a_form_was_handed_in(heading):
    assert meant("token", heading) == ["respondent", "completed"]


def test_a_row_is_an_answer_only_where_one_column_says_to_what():
    columns = (*COLUMNS, "item", "answer")
    assert meant("svarsid", "fraga", "svar", columns=columns) == ["respondent", "item", "answer"]
    assert meant("svarsid", "K01a", "svar", columns=columns) == ["respondent", "K01a", ""]


def test_the_number_of_a_response_is_the_person_only_where_nothing_else_is():
    assert meant("id", "Kön") == ["respondent", "gender"]
    assert meant("id", "token") == ["ignored", "respondent"]


def test_a_column_that_such_a_file_cannot_have_is_not_proposed():
    assert meant("Kön", "datum", items=[], columns=("respondent", "gender")) == ["gender", ""]


def test_an_item_is_proposed_for_the_likest_column_only():
    wording = ITEMS[0].wording
    assert meant(wording.replace("nytta", "hjälp"), wording, items=ITEMS[:1]) == ["", "K01a"]


def test_a_sub_question_alone_is_held_against_the_text_without_its_stem():
    (match,) = propose(delivered("Lyssnar på mig"), ITEMS, COLUMNS)
    assert (match.means, match.score, match.differs) == ("K08a", 1, None)


def test_nothing_like_it_means_nothing():
    assert meant("Hur mår du idag?", "", "???") == ["", "", ""]


@pytest.mark.parametrize(
    "told",
    [
        delivered("person", PERSONNUMMER),
        delivered("person", "v2", questions={"v2": f"Svar av {PERSONNUMMER}"}),
        delivered("person", "v2", labels={"v2": {"1": PERSONNUMMER}}),
        delivered("person", "v2", missing={"v2": {PERSONNUMMER: "okänt"}}),
    ],
)
def test_a_personnummer_among_headings_questions_or_labels_is_refused_and_not_told(told):
    with pytest.raises(BadInput, match="column 2: its heading or a label looks like a personnummer") as refusal:
        propose(told, ITEMS, COLUMNS)
    assert PERSONNUMMER not in str(refusal.value)


def test_two_items_with_one_wording_go_to_two_columns():
    items = [
        Item(id=name, text="Samma fråga", scale="s", respondent_groups=["g"], occasions=["o"]) for name in ("a", "b")
    ]
    assert meant("Samma fråga", "Samma fråga", items=items) == ["a", "b"]
