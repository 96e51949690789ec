import pytest
from hypothesis import given
from hypothesis import strategies as st

from finsam_eval.swedish import (
    MINUS,
    NBSP,
    decimal,
    html_text,
    listing,
    markdown_text,
    percent,
    percent_interval,
    points,
    points_interval,
    whole,
)


@pytest.mark.parametrize(
    "written, expected",
    [
        (percent(0.784), f"78{NBSP}%"),
        (percent(0.0284, 1), f"2,8{NBSP}%"),
        (percent(0), f"0{NBSP}%"),
        (percent(0.002), f"<1{NBSP}%"),
        (percent(0.998), f">99{NBSP}%"),
        (percent(1), f"100{NBSP}%"),
        (percent_interval(0.7051, 0.8449), f"71–84{NBSP}%"),
        (points(0.0491), "+5"),
        (points(-0.031), "−3"),
        (points(0.001), "0"),
        (points_interval(-0.09, 0.041), "−9 till +4"),
        (decimal(3.94), "3,9"),
        (decimal(-0.04), "0,0"),
        (decimal(-1.25, 2), "−1,25"),
        (whole(12345), f"12{NBSP}345"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c"]), "a, b och c"),
    ],
)
def test_numbers_are_written_as_swedes_write_them(written, expected):
    assert written == expected


def test_markup_in_names_is_shown_and_not_obeyed():
    assert html_text('<b>"Å"</b>') == "&lt;b&gt;&quot;Å&quot;&lt;/b&gt;"
    assert markdown_text("*x* [y](z)\n<i>") == r"\*x\* \[y\]\(z\) \<i\>"


@given(st.text())
def test_no_html_survives_escaping(text):
    assert not set(html_text(text)) & set("<>\"'")


def test_an_interval_that_ends_beside_zero_says_on_which_side():
    assert points_interval(0.004, 0.11) == "+0,4 till +11"
    assert points_interval(-0.11, -0.004) == f"{MINUS}11 till {MINUS}0,4"
    assert points_interval(0.0, 0.05) == "0 till +5"
