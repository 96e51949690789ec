import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.ingest.text import normalised


@pytest.mark.parametrize(
    "text, same",
    [
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("sam\N{SOFT HYPHEN}verkan", "samverkan"),
        ("”så”  kallad", '"så" kallad'),
        ("a\u030a", "å"),
        ("1 – 5", "1 - 5"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}id ", "id"),
    ],
)
def test_texts_that_look_the_same_are(text, same):
    assert normalised(text) == same


@given(st.text(max_size=40))
def test_normalised_text_stays_as_it_is(text):
    assert normalised(normalised(text)) == normalised(text)
