from dataclasses import replace

import pytest

from finsam_eval import wording
from finsam_eval.psychometrics.structure import Structure, structures
from tests.structure_data import CODEBOOK, drawn, genders, set_items, too_few, two_things, with_dif

FOUND, PAIRS = with_dif()
FEW = too_few(3)
SPLIT = two_things()


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


def test_the_whole_in_brief_names_the_item_and_says_what_may_be_compared():
    told = plain(wording.validity_summary(CODEBOOK, FOUND, PAIRS))
    assert "frågorna mäter en enda sak enligt parallellanalysen" in told
    assert "K06b (”Det som tar vid är planerat att påbörjas inom rimlig tid.”)* fungerar olika" in told
    assert "kvinnor svarar 0,6 steg lägre än män som i övrigt svarat lika" in told
    assert "När K06b undantas får även medelvärden jämföras." in told
    assert "Mellan tillfällena (under insatsen och vid avslut):*" in told
    assert "400 personer har svarat på allt vid båda." in told
    assert told.count("fungerar olika") == 1


def test_only_the_planted_item_is_named():
    told = plain(wording.read_differently(CODEBOOK, FOUND))
    named = [item for item in set_items("avslut") if f"*{item} (" in told]
    assert named == ["K06b"]
    assert "klass måttlig" in told
    assert "svaren ensamma säger inte vilket" in told


def test_without_dif_the_sentence_says_so_and_counts_what_was_tested():
    told = plain(wording.read_differently(CODEBOOK, FOUND[:1]))
    assert "Ingen av 7 prövade frågor fungerar märkbart olika för kvinnor och män." in told


def test_a_set_that_measures_two_things_is_not_said_to_measure_one():
    told = plain(wording.validity_summary(CODEBOOK, SPLIT, []))
    assert "2 olika saker" in told
    assert "passar inte gott" in told
    assert "en enda sak" not in told
    assert "överens om 2 dimensioner" in plain(wording.dimensions(SPLIT))
    assert "Testet förkastar modellen" in plain(wording.one_factor(SPLIT))
    assert "modifieringsindex" in plain(wording.modifications(SPLIT))
    assert "De läggs inte till i modellen" in plain(wording.modifications(SPLIT))


def test_a_good_model_leaves_no_pair_worth_telling():
    assert "Inget par av frågor" in plain(wording.modifications(FOUND[:1]))


def test_equality_says_when_women_and_men_may_be_compared_and_when_not():
    told = plain(wording.equality(FOUND))
    assert "medelvärden, spridning och samband får jämföras mellan kvinnor och män." in told
    assert "spridning och samband får jämföras mellan kvinnor och män, men inte medelvärden" in told


def test_over_time_only_comparable_pairs_are_named():
    told = plain(wording.equality_over_time(CODEBOOK, PAIRS))
    assert "Prövningen gäller K01a/K01b, K02a/K02b, K03a/K03b, K04a/K04b, K07a och K09d." in told
    assert "K05" not in told
    assert "Ingen grupp av frågor" in plain(wording.equality_over_time(CODEBOOK, []))


def test_where_the_items_measure_is_told_with_the_share_of_persons():
    told = plain(wording.response_model(FOUND))
    assert "reliabiliteten är minst 0,70 från −" in told
    assert "% av dem som svarat." in told
    assert "Inget par av frågor följs åt märkbart" in plain(wording.misfit(FOUND))


def test_two_items_that_are_nearly_one_are_named_as_dependent():
    frame = drawn(2, set_items("under"))
    frame.loc[frame.index[:200], "K02a"] = frame["K01a"]
    told = plain(wording.misfit(structures({("deltagare", "under"): frame}, genders(frame), CODEBOOK)))
    assert "Svaren följs åt mer än det gemensamma förklarar för " in told
    assert "K01a och K02a" in told


@pytest.mark.parametrize(
    "h, word", [(0.25, "ingen skala"), (0.35, "svag"), (0.45, "medelstark"), (0.5, "stark")], ids=str
)
def test_the_strength_of_a_scale_is_mokkens(h, word):
    one = FOUND[0]
    other = Structure(one.item_set, one.items, one.gender)
    other.__dict__["mokken"] = replace(one.mokken, value=h, lower=None, upper=None)
    assert f": {word}." in plain(wording.scalability([other]))


def test_too_few_answers_give_sentences_with_the_reason_and_no_number():
    summary = plain(wording.validity_summary(CODEBOOK, FEW, []))
    assert "går inte att" in summary
    assert "en enda sak" not in summary
    for told in (
        wording.dimensions(FEW),
        wording.one_factor(FEW),
        wording.modifications(FEW),
        wording.equality(FEW),
        wording.read_differently(CODEBOOK, FEW),
        wording.response_model(FEW),
        wording.misfit(FEW),
        wording.scalability(FEW),
        wording.validity_limitations(FEW),
        wording.validity_method(CODEBOOK, FEW, []),
    ):
        assert "nan" not in plain(told)
        assert "None" not in plain(told)


def test_without_any_set_there_is_nothing_to_try():
    assert "det finns inget att pröva" in plain(wording.validity_summary(CODEBOOK, [], []))


def test_limitations_name_the_smallest_group_and_those_left_out():
    told = plain(wording.validity_limitations(FOUND))
    assert f"är {FOUND[0].dif.groups['n'].min()} personer" in told
    assert "svarat på alla frågor i gruppen" not in told  # nobody left anything out
    half = drawn(2, set_items("under"))
    half.iloc[:100, 0] = float("nan")
    told = plain(wording.validity_limitations(structures({("deltagare", "under"): half}, genders(half), CODEBOOK)))
    assert "(300 av 400)" in told


def test_limitations_tell_when_few_heaped_answers_make_the_tests_err():
    one = Structure(FOUND[0].item_set, FOUND[0].items, FOUND[0].gender)
    one.__dict__["model"] = replace(FOUND[0].model, reason="Testet underkänner för ofta.")
    assert "Testet underkänner för ofta." in plain(wording.validity_limitations([one, one]))
    assert plain(wording.validity_limitations([one, one])).count("för ofta.") == 2  # and once of insatser
    assert "Testet underkänner" not in plain(wording.validity_limitations(FOUND))


def test_the_method_names_only_what_ran():
    told = plain(wording.validity_method(CODEBOOK, FOUND, PAIRS))
    assert "Wu och Estabrook (2016)" in told
    assert "Samejima (1969)" in told
    few = plain(wording.validity_method(CODEBOOK, FEW, []))
    assert "Samejima" not in few
    assert "Wu" not in few


def test_small_groups_are_said_to_hide_differences():
    frame = drawn(2, set_items("under"), n=150)
    told = plain(
        wording.read_differently(CODEBOOK, structures({("deltagare", "under"): frame}, genders(frame), CODEBOOK))
    )
    assert "Färre än 100 svar i" in told
