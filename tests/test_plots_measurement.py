import pandas as pd
import pytest

from finsam_eval import plots, tables, wording
from finsam_eval.codebook import load_codebook
from finsam_eval.inside import look_inside
from finsam_eval.pipeline import analyse_step, count_step, ingest_step
from finsam_eval.study import open_study
from tests.psychometric_frames import coefficients
from tests.small import write_study
from tests.test_tables_measurement import forbund

CODEBOOK = load_codebook("nns2015")


@pytest.fixture(scope="module")
def inside(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("studie"))
    study = open_study(folder)
    for step in (ingest_step, count_step, analyse_step):
        step(study)
    return look_inside(str(folder))


def test_reliability_against_answers_names_every_question():
    figure = plots.reliability_by_answers(CODEBOOK, coefficients(*forbund(), *forbund("K01a", single=-0.01)))
    assert "En linje per fråga och tillfälle (1)" in figure.alt
    assert "K07a 0,05" in figure.alt
    assert plots.reliability_by_answers(CODEBOOK, coefficients()) is None


def test_all_answers_are_drawn_where_anybody_answered(inside):
    figure = plots.answers(inside, group="deltagare", occasion="under")
    assert "K01a" in figure.alt
    assert plots.answers(inside, group="deltagare", occasion="finns_inte") is None


def test_pairs_are_counted_in_words(inside):
    place = {"respondent_group": "deltagare", "occasion": "under", "item": "K01a"}
    pairs = [{**place, "first": first, "second": second} for first, second in ((3, 3), (3, 4), (5, 1))]
    inside.__dict__["retests"] = pd.DataFrame(pairs)
    assert "Av 3 par av svar är 1 lika och 1 ett steg ifrån varandra." in plots.answered_twice(inside).alt
    inside.__dict__["retests"] = pd.DataFrame(pairs).iloc[:0]
    assert plots.answered_twice(inside) is None
    assert plots.bland_altman(inside) is None
    del inside.__dict__["retests"]


def test_what_is_missing_is_told_of_every_group_that_answered(inside):
    shown = tables.missing_answers(inside)
    assert {row[0] for row in shown.rows} == {"Deltagare under insatsen", "Personal om deltagaren under insatsen"}
    assert all(row[1] != "0" for row in shown.rows)
    assert "bevisar inte slump" in wording.missing_answers().markdown


def test_who_drops_out_is_counted_only_among_those_who_have_ended(inside):
    asked = {"group": "deltagare", "first": "under", "second": "avslut"}
    found = inside.dropout("deltagare", "under", "avslut")
    text = wording.dropouts(inside, **asked).markdown
    shown = tables.dropouts(inside, **asked)
    if found.status == "ok":
        assert shown.rows[0][1] == str(found.n)
        assert "svarade båda" in text
    else:
        assert shown is None
        assert "går inte att följa" in text
