"""The documents in examples/ as models: complete, with every number, and the findings a reader of them would make."""

from collections import Counter
from pathlib import Path

import pytest

from finsam_eval.logic_model import lint, load

EXAMPLES = Path(__file__).parents[1] / "examples"


def model(name):
    return load(EXAMPLES / name / "logic_model.yaml")


def targets(name):
    return {
        indicator.id: (goal.value, goal.upper)
        for indicator in model(name).indicators
        for goal in indicator.targets
        if goal.value is not None and indicator.measure != "yes_no"
    }


@pytest.fixture(
    scope="module", params=["sysselsattningsstrategi", "varend_2019", "esf_mia", "kommunal_utveckling_2018"]
)
def any_plan(request):
    return model(request.param)


@pytest.mark.parametrize(
    ("name", "areas", "nodes", "indicators"),
    [
        ("sysselsattningsstrategi", 0, {"problem": 1, "aktivitet": 8, "resultat": 1, "mal": 1}, 13),
        (
            "varend_2019",
            7,
            {"aktivitet": 32, "resultat": 11, "effekt_kort": 2, "effekt_lang": 1, "mal": 3},
            26,
        ),
        (
            "esf_mia",
            13,
            {"problem": 1, "aktivitet": 14, "prestation": 3, "resultat": 14, "effekt_kort": 8, "effekt_lang": 9},
            14,
        ),
        ("kommunal_utveckling_2018", 52, {"aktivitet": 159, "resultat": 161, "mal": 5}, 220),
        (
            "umearegionen_2022",
            0,
            {"prestation": 1, "resultat": 5, "effekt_kort": 2, "mal": 2},
            9,
        ),
    ],
)
def test_the_whole_structure_is_there(name, areas, nodes, indicators):
    found = model(name)
    assert len(found.areas) == areas
    assert Counter(node.level for node in found.nodes) == nodes
    assert len(found.indicators) == indicators


def test_the_63_rows_of_the_esf_model_stand_in_their_13_blocks():
    found = model("esf_mia")
    rows = Counter([node.area for node in found.nodes] + [one.area for one in found.indicators])
    assert [rows[area.id] for area in found.areas] == [1, 3, 6, 2, 6, 5, 8, 6, 7, 3, 2, 5, 9]


def test_the_strategy_has_its_needs_analysis_and_eleven_indicators_and_two_more():
    found = model("sysselsattningsstrategi")
    assert len(found.needs) == 7
    assert Counter(one.id[0] for one in found.indicators) == {"I": 11, "A": 2}


def test_varend_has_its_degrees_targets_and_budget():
    found = model("varend_2019")
    assert [node.degrees for node in found.nodes if node.level == "mal"] == [[2, 3], [1, 2], []]
    assert targets("varend_2019") == {
        "styrelsetraffar": (2, None),
        "processlangd": (2, 4),
        "p1_per_grupp": (6, 8),
        "p1_antal_grupper": (5, None),
        "p1_registrerade": (30, 40),
        "p2_besokta": (1, None),
        "p3_deltagare": (80, None),
        "p3_arbete": (0.2, None),
        "p3_steg": (1, None),
        "p3_egenmakt": (0.8, None),
        "p4_medarbetare": (28, None),
        "p4_dagar": (2, None),
        "p5_nojdhet": (3, None),
    }
    assert {one.id for one in found.indicators if one.gender_rule == "each"} == {"p3_arbete", "p3_steg", "p3_egenmakt"}
    assert [(budget.sum, budget.total) for budget in found.budgets] == [
        (5_932_000, 5_932_000),
        (4_262_000, 4_262_000),
        (5_932_000, 5_932_000),
    ]


def test_the_esf_model_has_its_targets_and_baselines():
    assert targets("esf_mia") == {
        "arbete_studier": (0.3, None),
        "redo_for_ordinarie": (0.4, None),
        "egenmakt": (0.6, None),
    }
    before = {one.id: one.baseline for one in model("esf_mia").indicators if one.baseline}
    assert {name: (base.operator, base.value) for name, base in before.items()} == {
        "arbete_studier": (None, 0.22),
        "redo_for_ordinarie": (None, 0.32),
        "egenmakt": (">", 0.6),
    }


def test_kommunal_utveckling_has_all_its_rows_targets_and_money():
    found = model("kommunal_utveckling_2018")
    goals = Counter(link.head for link in found.links if link.head.startswith("SM"))
    assert goals == {"SM1": 31, "SM2": 47, "SM3": 24, "SM4": 19, "SM5": 40}
    asked = targets("kommunal_utveckling_2018")
    assert len(asked) == 124
    assert len({name.rsplit("_", 1)[0] for name in asked}) == 93
    assert Counter(round(100 * value) for (value, upper) in asked.values() if upper is None and value <= 1)[100] > 30
    assert sum(upper is not None for _, upper in asked.values()) == 11
    assert [(budget.sum, budget.total) for budget in found.budgets] == [
        (35_573_000, 35_573_000),
        (43_950_000, 43_950_000),
        (79_523_000, 79_523_000),
        (51_970_000, 51_970_000),
        (22_870_000, None),
    ]


def test_every_arrow_and_indicator_of_a_plan_names_its_source(any_plan):
    assert any_plan.source
    assert all(one.title for one in any_plan.indicators)


FINDINGS = [
    ("sysselsattningsstrategi", "placeholder", "I3", "2017MMDD"),
    ("sysselsattningsstrategi", "activity_without_indicator", "nyckelaktorer", "Nyckelaktörer"),
    ("sysselsattningsstrategi", "indicator_without_target", "I1", "sysselsatta"),
    ("sysselsattningsstrategi", "share_without_denominator", "A1", "kvalitetsregister"),
    ("sysselsattningsstrategi", "gender_not_reported", "I1", "kvinnor och män"),
    ("sysselsattningsstrategi", "level_jumped", "strategi", "effekt på kort sikt"),
    ("varend_2019", "unmeasurable", "arena", "inte är mätbar"),
    ("varend_2019", "goal_without_indicator", "p1_kortare", "Kortare tid"),
    ("varend_2019", "activity_as_measure", "p7_tjanstedesign", "tjänstedesign"),
    ("varend_2019", "activity_as_measure", "p7_kandidater", "Hitta"),
    ("varend_2019", "short_list", "p6_fordjupa", "säger tre men räknar upp 2"),
    ("varend_2019", "undecided_wording", "", "Samsjuklighet"),
    ("varend_2019", "target_of_everybody", "p3_steg", "en enda person"),
    ("varend_2019", "degree_missing", "kompetens", "framgångsgrad"),
    ("esf_mia", "heading_twice", "", "organisationsperspektiv"),
    ("esf_mia", "misplaced_heading", "", "effekt på kort sikt"),
    ("esf_mia", "placeholder", "kort_forsorjning", "x procent"),
    ("esf_mia", "target_without_value", "forsorjning_sex_manader", "sägs inte hur mycket"),
    ("esf_mia", "target_no_better_than_baseline", "egenmakt", "mer än 60"),
    ("esf_mia", "goal_twice", "res_ordinarie_igen", "40 procent"),
    ("esf_mia", "goal_twice", "res_egenmakt_igen", "60 procent"),
    ("esf_mia", "misplaced_heading", "", "gäller det mesta individer"),
    ("esf_mia", "undecided_wording", "arbete_studier", "enligt målet avslutade deltagare"),
    ("esf_mia", "indicator_without_source", "arbete_studier", "ingen datakälla"),
    ("esf_mia", "output_without_indicator", "prest_utbyte", "erfarenhetsutbyte"),
    ("esf_mia", "undecided_wording", "akt_plattform", "alternativ formulering"),
    ("kommunal_utveckling_2018", "budget_said_two_ways", "", "30 000 kronor"),
    ("kommunal_utveckling_2018", "area_incomplete", "", "(A13) saknar det som de flesta har: målgrupp"),
    ("kommunal_utveckling_2018", "area_without_goal", "", "(A52)"),
    ("kommunal_utveckling_2018", "target_only_in_goal", "A15_R01_1", "Målvärdet 6 (kommuner) för"),
    ("kommunal_utveckling_2018", "target_only_in_goal", "A15_R02_1", "Målvärdet 74 (poäng) för"),
    ("kommunal_utveckling_2018", "indicator_without_target", "A05_R01_1", "revisioner"),
    ("kommunal_utveckling_2018", "target_of_everybody", "A24_R01_1", "en enda person"),
    ("kommunal_utveckling_2018", "indicator_twice", "A07_R01_1", "FIFA” står 3 gånger"),
    ("kommunal_utveckling_2018", "indicator_twice", "A39_R01_1", "står 4 gånger"),
    ("kommunal_utveckling_2018", "indicator_twice", "A38_R01_1", "står 3 gånger"),
    ("kommunal_utveckling_2018", "nobody_works_for", "A35_R02", "sociala krav"),
    ("kommunal_utveckling_2018", "goal_without_indicator", "A43_R06", "välfärdsteknik"),
    ("kommunal_utveckling_2018", "unmeasurable", "", "ingen mätning"),
    ("kommunal_utveckling_2018", "target_without_baseline", "A15_R01_1", "inget utgångsläge"),
    ("kommunal_utveckling_2018", "placeholder", "A22_R01_1", "inte formulerat än"),
    ("kommunal_utveckling_2018", "placeholder", "A41_R01_1", "inte formulerat än"),
    ("kommunal_utveckling_2018", "share_without_denominator", "A30_R01_2", "nämnaren är inte ifylld"),
    ("kommunal_utveckling_2018", "change_at_one_time", "A20_R01", "mer än i dag"),
    ("kommunal_utveckling_2018", "change_at_one_time", "A46_R03", "starkare koppling"),
    ("kommunal_utveckling_2018", "change_at_one_time", "A13_R03_1", "frågar i efterhand"),
    ("kommunal_utveckling_2018", "indicator_without_target", "A14_R02_1", "säger ”alla”, men inte i tal"),
    ("kommunal_utveckling_2018", "target_only_in_goal", "A14_R01_1", "5 (träffar per år)"),
]
"""What a careful reader of each document has written down (its defects), by rule and place."""


@pytest.mark.parametrize(("name", "rule", "place", "words"), FINDINGS)
def test_no_defect_a_reader_has_found_is_missed(name, rule, place, words):
    found = [one for one in lint(model(name)) if one.rule == rule and place in (one.indicator or one.node)]
    assert any(words in one.sentence.replace("\N{NO-BREAK SPACE}", " ") for one in found)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        (
            "sysselsattningsstrategi",
            {
                "activity_without_indicator": 1,
                "indicator_in_words": 1,
                "share_without_denominator": 1,
                "indicator_without_occasion": 12,
                "indicator_without_follow_up": 4,
                "indicator_without_target": 3,
                "gender_not_reported": 2,
                "level_jumped": 1,
                "placeholder": 1,
                "change_at_one_time": 1,
            },
        ),
        (
            "umearegionen_2022",
            {
                "goal_without_indicator": 1,
                "share_without_denominator": 1,
                "indicator_without_occasion": 4,
                "target_without_baseline": 9,
                "gender_rule_undecided": 9,
                "nobody_works_for": 1,
            },
        ),
    ],
)
def test_the_findings_of_a_small_document_are_these_and_no_others(name, numbers):
    assert Counter(one.rule for one in lint(model(name))) == numbers


SILENT = [
    # The plan says that all is reported on every year, or every tertial.
    ("varend_2019", "indicator_without_follow_up", None),
    ("kommunal_utveckling_2018", "indicator_without_follow_up", None),
    # The share is of the target group; the index is the area's own measure; the source draws no chain.
    ("sysselsattningsstrategi", "share_without_denominator", "I1"),
    ("umearegionen_2022", "goal_without_indicator", "nojdhet"),
    ("umearegionen_2022", "change_at_one_time", None),
    # A vision may be the end; a number in a group is not reached by women and men each; how it is measured is told.
    ("varend_2019", "leads_nowhere", None),
    ("varend_2019", "gender_rule_undecided", "p1_per_grupp"),
    ("varend_2019", "indicator_without_occasion", "p1_per_grupp"),
    ("varend_2019", "area_incomplete", "hur det mäts"),
    ("varend_2019", "level_jumped", "effekt på"),
    ("varend_2019", "change_at_one_time", "p1_livshjulet"),
    # Staff who leave are counted over time; auditors are not audits; what is to be shown twice was not
    # shown before; a yearly survey to the handläggare is a source.
    ("kommunal_utveckling_2018", "change_at_one_time", "A30_R02"),
    ("kommunal_utveckling_2018", "target_without_baseline", "A39_R01_1"),
    ("kommunal_utveckling_2018", "indicator_twice", "A22_R02_2"),
    ("kommunal_utveckling_2018", "indicator_without_source", "A42_R01_1"),
    ("kommunal_utveckling_2018", "indicator_without_source", "A21_R01_1"),
    ("kommunal_utveckling_2018", "indicator_in_words", "A22_R01_1"),
]
"""What is not so when the finding is held against the document: nowhere, at that place, or in those words."""


@pytest.mark.parametrize(("name", "rule", "where"), SILENT)
def test_what_the_document_does_say_is_not_told_as_lacking(name, rule, where):
    found = [one for one in lint(model(name)) if one.rule == rule]
    assert not [one for one in found if where is None or where in (one.indicator, one.node) or where in one.sentence]


def test_rules_that_find_nothing_in_the_documents_are_silent_for_a_reason():
    silent = {"cycle", "backwards", "budget_does_not_sum", "budget_unbalanced", "target_by_gender_on_undivided_data"}
    names = ["sysselsattningsstrategi", "varend_2019", "esf_mia", "kommunal_utveckling_2018", "umearegionen_2022"]
    fired = {one.rule for name in names for one in lint(model(name))}
    assert not fired & silent
