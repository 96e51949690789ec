from finsam_eval import plots
from finsam_eval.codebook import load_codebook
from tests.change_frames import change, flagged, found, hypotheses, sdc
from tests.psychometric_frames import coefficients, nothing, retest

CODEBOOK = load_codebook("nns2015")


def test_the_figure_tells_srm_sdc_and_why_some_have_none():
    figure = plots.change_srm(CODEBOOK, coefficients(*change(), sdc(), *flagged("K05b")))
    assert figure.alt == "SRM per fråga: K01b 0,30 (0,10 till 0,50), SDC 1,4; K05b byter innebörd."


def test_without_a_change_that_may_be_shown_there_is_no_figure():
    hidden = [nothing(row, "undertryckt") for row in change()]
    assert plots.change_srm(CODEBOOK, coefficients(*hidden, *flagged("K07a"))) is None
    assert plots.change_srm(CODEBOOK, coefficients(*retest("K01a"))) is None


def test_hypotheses_lie_on_what_was_expected():
    hidden = [nothing(row, "undertryckt") if row["subject"] == "H2" else row for row in found()]
    figure = plots.hypotheses_tried(hypotheses(), coefficients(*hidden))
    assert figure.alt == (
        "H1 (korrelation minst 0,30): 0,50 (0,40 till 0,60), bekräftad; "
        "H2 (skillnad i SD från −0,30 till 0,30): visas\N{NO-BREAK SPACE}inte; "
        "H3 (förändring i SD under 0): −0,05 (−0,14 till 0,04), obestämd."
    )
    assert plots.hypotheses_tried(hypotheses(), coefficients(*retest("K01a"))) is None
