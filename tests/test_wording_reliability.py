import pandas as pd

from finsam_eval import wording
from finsam_eval.codebook import load_codebook
from tests.psychometric_frames import coefficients, dyad, indicator, item_row, item_set, nothing, retest
from tests.views import record, view

CODEBOOK = load_codebook("nns2015")
NONE = coefficients()


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def test_sets_are_placed_beside_a_named_limit_and_prove_no_dimension():
    sets = [item_set(0.84, 0.82, 0.86, 849), item_set(0.72, 0.65, 0.78, 90, "b"), item_set(0.5, 0.4, 0.6, 90, "c")]
    told = plain(wording.item_sets(coefficients(*sets)))
    assert "Alfa ligger på 0,50 till 0,84." in told
    assert (
        "Terwee m.fl. (2007) kallar 0,70 godtagbart. Osäkerheten ligger helt över gränsen för 1 av 3 grupper, "
        "helt under den för 1 och på båda sidor om gränsen för 1."
    ) in told
    assert "visar inte att frågorna mäter en enda sak" in told


def test_a_single_set_and_a_hidden_one():
    assert "Alfa är 0,84." in plain(wording.item_sets(coefficients(item_set(0.84, 0.82, 0.86, 849))))
    hidden = plain(wording.item_sets(coefficients(nothing(item_set(0.84, 0.82, 0.86, 8), "undertryckt"))))
    assert "Inget värde kan visas." in hidden
    assert "Terwee" not in hidden


def test_what_the_study_lacks_is_one_sentence():
    assert plain(wording.item_sets(NONE)).startswith("Inga frågor har i förväg förts ihop")
    assert plain(wording.retest(NONE)).startswith("Ingen har svarat på samma fråga två gånger")
    assert plain(wording.dyads(NONE)) == "Inga frågor har besvarats av två parter om samma sak."
    assert "Utan omtest" in plain(wording.limitations(NONE))


def test_one_question_is_no_fault():
    alone = nothing(indicator("3", k=1, n=995), "ej tillämpligt", n=995)
    told = plain(wording.karnindikatorer(coefficients(alone, indicator("6", k=2, n=600))))
    assert told.startswith("1 av 2 gånger som en kärnindikator mäts")
    assert "det är ingen brist" in told
    assert "ej tillämpligt" not in plain(wording.karnindikatorer(coefficients(indicator("6", k=2, n=600))))


def test_the_retest_tells_pairs_kappa_and_smallest_detectable_change():
    told = plain(wording.retest(coefficients(*retest("K01a"), *retest("K02a", 0.6, 0.5, 0.69))))
    assert told.startswith("163 par av svar per fråga.")
    assert "Vägd kappa ligger på 0,60 till 0,75." in told
    assert "helt under den för 1 av 2 frågor och på båda sidor om gränsen för 1" in told
    assert "mer än 1,45 skalsteg (SDC)" in told


def test_two_sides_that_differ_are_not_wrong():
    told = plain(wording.dyads(coefficients(*dyad())))
    assert "I 50 % av paren ger båda exakt samma svar. Vägd kappa är 0,51." in told
    assert "betyder inte att någon har fel" in told


def test_ceilings_are_counted_once_an_item():
    rows = [item_row(), item_row(item_set="avslut"), item_row(item="K02a", ceiling=0.1)]
    assert "1 av 2 rader som kan visas har mer än 15 % av svaren" in plain(wording.item_statistics(pd.DataFrame(rows)))


def test_the_method_tells_what_ran_and_nothing_else():
    told = plain(wording.reliability_method(CODEBOOK, coefficients(item_set(0.8, 0.7, 0.9, 100))))
    assert "Cronbach (1951)" in told
    assert "Intervall (95 %): jackknife (Tukey 1958; Hinkley 1977), en person utelämnad i taget" in told
    assert "Cohen" not in told
    assert "Cohen (1968)" in plain(wording.reliability_method(CODEBOOK, coefficients(*retest("K01a"))))
    nothing_ran = nothing(indicator("3", k=1, n=9), "ej tillämpligt")
    assert "Cronbach" not in plain(wording.reliability_method(CODEBOOK, coefficients(nothing_ran)))


def test_names_are_escaped():
    named = CODEBOOK.model_copy(update={"title": "<script>*x*", "source": "[a](b)", "method_note": "<b>"})
    for text in (wording.purpose(named), wording.reliability_method(named, NONE)):
        assert "\\<script\\>\\*x\\*" in text.markdown
        assert "[a](b)" not in text.markdown
        assert "<b>" not in text.markdown


def test_who_was_asked_is_known_or_said_to_be_unknown(tmp_path):
    unknown = view(tmp_path, [record(0.7, unit="riket", n=2784)], unit="riket")
    told = plain(wording.invitations(unknown))
    assert told.startswith("Den fråga som fått flest svar har 2 784. Studien har inga uppgifter")
    known = view(tmp_path, [record(0.7, unit="riket", item="svarat")], unit="riket")
    assert "bjöds in och svarade" in plain(wording.invitations(known))
