import numpy as np

from finsam_eval import plots
from finsam_eval.codebook import load_codebook
from tests.psychometric_frames import coefficients, item_set, nothing, retest

CODEBOOK = load_codebook("nns2015")


def test_the_figure_tells_its_numbers_in_words_and_leaves_hidden_ones_out():
    hidden = [nothing(row, "undertryckt") for row in retest("K03a")]
    alone = retest("K02a", 1.0, np.nan, np.nan)
    figure = plots.retest(CODEBOOK, coefficients(*retest("K01a"), *alone, *hidden))
    assert figure.alt == "Vägd kappa per fråga: K01a 0,75 (0,65 till 0,82); K02a 1,00."


def test_a_negative_kappa_lies_within_the_axis():
    kappas = [(0.1, 0, 0.3), (-0.3, -0.6, 0)]
    drawn = [plots.retest(CODEBOOK, coefficients(*retest("K01a", *limits))) for limits in kappas]
    assert drawn[0].svg != drawn[1].svg
    assert "−0,30 (−0,60 till 0,00)" in drawn[1].alt


def test_drawn_twice_it_has_the_same_bytes():
    one, other = (plots.retest(CODEBOOK, coefficients(*retest("K01a"))) for _ in range(2))
    assert one.svg == other.svg


def test_without_a_retest_or_with_all_hidden_there_is_no_figure():
    assert plots.retest(CODEBOOK, coefficients(item_set(0.8, 0.7, 0.9, 100))) is None
    hidden = [nothing(row, "undertryckt") for row in retest("K01a")]
    assert plots.retest(CODEBOOK, coefficients(*hidden)) is None
