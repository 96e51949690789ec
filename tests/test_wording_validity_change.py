import pytest

from finsam_eval import wording
from finsam_eval.codebook import load_codebook
from tests.change_frames import change, flagged, found, hypotheses, links, sdc
from tests.psychometric_frames import coefficients, nothing, retest

CODEBOOK = load_codebook("nns2015")
NOTHING = coefficients(*retest("K01a"))


def text(found):
    return found.markdown.replace("\N{NO-BREAK SPACE}", " ")


def test_how_many_rose_and_fell_and_the_largest():
    rows = [*change(), *change("K02b", -0.6, -0.8, -0.4), *change("K03b", 0.05, -0.1, 0.2), *flagged("K05b")]
    told = text(wording.change_sizes(CODEBOOK, coefficients(*rows)))
    assert "svaren stigit i 1 och sjunkit i 1 av 3 frågor" in told
    assert "K02a → K02b, deltagare: SRM −0,60, måttligt eller större." in told
    assert "saknas en grupp att jämföra med" in told


def test_without_change_or_with_all_hidden_it_says_so():
    assert text(wording.change_sizes(CODEBOOK, NOTHING)).startswith("Ingen fråga har besvarats")
    hidden = [nothing(row, "undertryckt") for row in change()]
    assert "kan inte visas" in text(wording.change_sizes(CODEBOOK, coefficients(*hidden)))


def test_the_traps_of_k05_and_k07_are_told_and_only_where_they_are():
    told = text(wording.change_traps(CODEBOOK, coefficients(*change(), *flagged("K05b"), *flagged("K07a"))))
    assert "K05a → K05b, deltagare räknas inte som förändring: frågan betyder något annat" in told
    assert "K07a, deltagare räknas inte som förändring: frågan gäller redan en förändring" in told
    assert wording.change_traps(CODEBOOK, coefficients(*change())) is None


@pytest.mark.parametrize(("least", "told"), [(0.9, "I 1 av 1 fråga är den minsta"), (1.6, "större än mätfelet")])
def test_what_matters_is_held_against_what_can_be_seen(least, told):
    assert told in text(wording.change_of_one(CODEBOOK, coefficients(*change(least=least), sdc())))


def test_a_weak_anchor_and_the_error_are_told_by_themselves():
    told = text(wording.change_of_one(CODEBOOK, coefficients(*change(), sdc())))
    assert told.startswith("För 1 fråga går det inte att säga vilken förändring som är viktig")
    assert "mer än 1,4 skalsteg" in told
    assert text(wording.change_of_one(CODEBOOK, NOTHING)) == "Vad en enskild persons förändring säger är inte känt."


def test_drift_links_and_method_follow_what_there_is():
    rows = coefficients(*change(), *links())
    assert "Av deras uppgång är minst 25 % av det slaget." in text(wording.change_drift(CODEBOOK, rows))
    told = text(wording.change_links(CODEBOOK, rows))
    assert "70 % av dem som svarat vid avslut" in told
    assert "5 % av deltagandena är anonyma" in told
    assert "Terluin" not in text(wording.change_method(rows))
    assert "Terluin" in text(wording.change_method(coefficients(*change(least=0.9))))
    assert [wording.change_drift(CODEBOOK, NOTHING), wording.change_links(CODEBOOK, NOTHING)] == [None, None]
    assert wording.change_method(NOTHING) is None


@pytest.mark.parametrize(
    ("share", "held", "means"),
    [(1.0, "tillräcklig", "Det räcker för"), (0.5, "otillräcklig", "räcker inte"), (2 / 3, "obestämd", "fler svar")],
)
def test_the_set_of_hypotheses_is_held_against_three_of_four(share, held, means):
    told = text(wording.hypotheses_tried(hypotheses(), coefficients(*found(share, held))))
    assert told.startswith(
        "3 hypoteser sattes 2024-11-15 av Styr\\<grupp\\>. 2 är bekräftade, 0 är inte bekräftade och 1"
    )
    assert means in told
    assert "75 % krävs" in told


def test_hypotheses_that_are_hidden_or_lacking_are_said():
    hidden = [nothing(row, "undertryckt") for row in found()]
    assert "Ingen av dem kan" in text(wording.hypotheses_tried(hypotheses(), coefficients(*hidden)))
    some = [nothing(row, "undertryckt") if row["subject"] == "H1" else row for row in found()]
    assert "1 hypotes kunde inte prövas eller visas" in text(
        wording.hypotheses_tried(hypotheses(), coefficients(*some))
    )
    assert text(wording.hypotheses_tried(None, NOTHING)).startswith("Inga hypoteser")
