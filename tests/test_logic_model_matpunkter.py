from pathlib import Path

import pytest

from finsam_eval.codebook import load_codebook
from finsam_eval.errors import BadDefinition
from finsam_eval.logic_model import load, load_models, propose_matpunkter
from finsam_eval.logic_model.matpunkter import MOST
from finsam_eval.study import open_study
from tests.programmes import indicator, programme

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def codebook():
    return load_codebook("nns2015")


def proposed(codebook, **changes):
    return propose_matpunkter(programme(indicators=[indicator(**changes)]), codebook)


@pytest.mark.parametrize(
    ("name", "asked", "karnindikatorer"),
    [
        ("esf_mia", "egenmakt", [2, 5]),
        ("esf_mia", "narmat_sig", [7]),
        ("esf_mia", "redo_for_ordinarie", [7]),
        ("esf_mia", "fortroende", []),
        ("varend_2019", "p3_egenmakt", [2, 5]),
        ("varend_2019", "p3_steg", [7]),
        ("umearegionen_2022", "bestamma_stod", [2]),
        ("umearegionen_2022", "nagon_att_vanda_sig_till", [4]),
        ("umearegionen_2022", "bemotande", []),
    ],
)
def test_an_indicator_of_the_documents_is_likest_what_a_reader_would_say(codebook, name, asked, karnindikatorer):
    found = propose_matpunkter(load(EXAMPLES / name / "logic_model.yaml"), codebook)
    assert found.loc[found["indicator"] == asked, "karnindikator"].tolist() == karnindikatorer


def test_a_mätpunkts_own_wording_is_likest_itself(codebook):
    found = proposed(codebook, title="Jag känner mig mer redo att kunna arbeta eller studera.")
    assert found.loc[0, ["karnindikator", "items"]].tolist() == [7, "K07a, K07b"]
    assert found.loc[0, "score"] == pytest.approx(1)


def test_what_is_counted_in_a_register_or_about_other_things_has_no_proposal(codebook):
    assert proposed(codebook, title="Känner ökad makt", measure="count", baseline=None, targets=[]).empty
    assert proposed(codebook, title="Antal kilometer cykelväg").empty
    assert proposed(codebook, title="Andel av alla").empty


def test_what_a_person_has_confirmed_is_told_whatever_its_score(codebook):
    point = {"item": "K10a", "confirmed_by": "Kansliet"}
    found = proposed(codebook, title="Känner ökad makt över sin situation", matpunkter=[point])
    told = found[["karnindikator", "items", "confirmed"]].to_numpy().tolist()
    assert told == [[2, "K02a, K02b", ""], [5, "K05a, K05b", ""], [10, "K10a", "Kansliet"]]
    assert found["score"].is_monotonic_decreasing
    assert (found["confirmed"] == "").sum() <= MOST


def test_a_confirmed_mätpunkt_must_be_one_of_the_instrument(tmp_path):
    for name in ("study.yaml", "logic_model.yaml", "policy.yaml"):
        (tmp_path / name).write_bytes((EXAMPLES / "umearegionen_2022" / name).read_bytes())
    path = tmp_path / "logic_model.yaml"
    wrong = "    matpunkter: [{item: K99, confirmed_by: Kansliet}]\n  - id: bemotande"
    path.write_text(path.read_text("utf-8").replace("  - id: bemotande", wrong, 1), "utf-8")
    with pytest.raises(BadDefinition, match="indicator nagon_att_vanda_sig_till: mätpunkt K99 is not in the codebook"):
        load_models(open_study(tmp_path))
