import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.codebook import load_codebook
from finsam_eval.ingest.rewording import as_compared, difference, likeness

ASKED = "Jag får stödet på ett sätt som är till nytta för mig."


@pytest.mark.parametrize(
    "same",
    [
        "Jag får stödet på ett sätt som är till nytta för mig",
        "jag får  stödet\N{NO-BREAK SPACE}på ett sätt som är till nytta för mig.",
        "Jag får stö\N{SOFT HYPHEN}det på ett sätt som är till nytta för mig.",
        "Jag fa\N{COMBINING RING ABOVE}r stödet på ett sätt som är till nytta för mig.",
        "1. Jag får stödet på ett sätt som är till nytta för mig:",
    ],
)
def test_what_no_reader_would_call_another_wording_is_none(same):
    assert likeness(ASKED, same) == 1
    assert difference(ASKED, same) is None


def test_quotation_marks_dashes_and_a_grids_brackets_are_no_difference():
    assert difference("”Nu” – eller då: 1. Ja", '"Nu" - eller då [Ja]') is None


@pytest.mark.parametrize(
    "said, ours, theirs",
    [
        (
            "Jag har fått stödet på ett sätt som är till nytta för mig.",
            "Jag ⟦får⟧ stödet på ett sätt som är till nytta för mig.",
            "Jag ⟦har fått⟧ stödet på ett sätt som är till nytta för mig.",
        ),
        (
            "Jag får stödet på ett sätt som är till stor nytta.",
            "Jag får stödet på ett sätt som är till ⟦⟧ nytta ⟦för mig.⟧",
            "Jag får stödet på ett sätt som är till ⟦stor⟧ nytta. ⟦⟧",
        ),
        (
            "Jag får stödet på ett sätt, som är till nytta för mig.",
            "Jag får stödet på ett ⟦sätt⟧ som är till nytta för mig.",
            "Jag får stödet på ett ⟦sätt,⟧ som är till nytta för mig.",
        ),
    ],
)
def test_a_difference_is_shown_word_by_word_in_both_texts(said, ours, theirs):
    assert difference(ASKED, said) == (ours, theirs)


def test_one_letter_is_a_difference_however_long_the_text():
    long = "ord " * 500
    assert likeness(f"{long}slut", f"{long}slit") == pytest.approx(0.99)
    assert difference(f"{long}slut", f"{long}slit") is not None


def test_the_share_of_signs_in_common_runs():
    # "abcd" and "bcde" share bcd: 2 · 3 / 8
    assert likeness("abcd", "bcde") == 0.75


@given(st.text(), st.text())
def test_a_score_lies_between_0_and_1_and_is_1_for_the_same_words_alone(one, other):
    score = likeness(one, other)
    assert 0 <= score <= 1
    assert (score == 1) == (as_compared(one) == as_compared(other)) == (difference(one, other) is None)


@given(st.text())
def test_what_is_compared_is_compared_as_itself(text):
    assert likeness(text, text) == 1


def test_matpunkter_about_other_things_are_less_alike_than_what_is_proposed():
    items = {item.id: item for item in load_codebook("nns2015").survey_items}
    same_matter = {("14a", "14b"), ("09a", "09b"), ("09a", "09c"), ("09b", "09c"), ("08a", "08b")}
    scores = {
        (one, other): likeness(items[one].wording, items[other].wording)
        for one in items
        for other in items
        if one < other and one[:3] != other[:3] and (one[1:], other[1:]) not in same_matter
    }
    assert max(scores.values()) < 0.57
