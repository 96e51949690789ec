import re

import pandas as pd
import pytest

from finsam_eval import plots, tables, wording
from finsam_eval.codebook import load_codebook
from finsam_eval.disclosure.coefficients import release_coefficients
from finsam_eval.disclosure.policy import Policy
from finsam_eval.psychometrics.panel_rows import of_panel
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.psychometrics.validity.exact import clopper_pearson
from finsam_eval.swedish import DASH
from finsam_eval.wording.validity_content import ENOUGH, SURE
from tests.panel_data import ratings

CODEBOOK = load_codebook("nns2015")
NONE = pd.DataFrame(columns=COEFFICIENT_COLUMNS)


def rows_of(long):
    return pd.DataFrame(of_panel(long, CODEBOOK), columns=COEFFICIENT_COLUMNS)


PANEL = rows_of(ratings())
FOUR = rows_of(ratings().query("panellist in ['deltagare0', 'deltagare1', 'deltagare2', 'personal0']"))
ALONE = rows_of(ratings().query("panellist == 'personal1'"))


def by_item(table):
    return {row[0].split()[0]: [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row[1:]] for row in table.rows}


def plain(text):
    return text.markdown.replace("\N{NO-BREAK SPACE}", " ")


def test_each_question_has_its_panel_in_one_row():
    told = by_item(tables.content_validity(CODEBOOK, PANEL))
    assert told["K01a"] == ["23", "100 % (85–100 %)", "1,00, utmärkt", "83 % (63–95 %)", "1,00, når 0,42"]
    assert told["K05a"][1:3] == ["74 % (52–90 %)", "0,74, god"]
    assert told["K08a"][2:] == ["0,17, otillräcklig", "83 % (63–95 %)", "−1,00, når inte 0,42"]


def test_groups_stand_beside_each_other_and_say_where_they_differ():
    table = tables.panel_groups(CODEBOOK, PANEL)
    assert table.columns[1:5] == ["Deltagare", "Personal", "Politiker", "Forskare"]
    told = by_item(table)
    assert told["K05a"][2:] == [
        "0 % (0–46 %)", "100 % (48–100 %)", "deltagare − politiker: +100 (+24 till +100)", "ja, p <0,01",
    ]  # fmt: skip
    assert told["K01a"][-2:] == ["ingen", "inte säkerställt, p 1,00"]


def test_the_whole_set_has_its_indices_by_group():
    rows = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in tables.panels(PANEL).rows]
    assert rows[0][:5] == ["Relevans", "Hela panelen", "23", "82 % (60–95 %)", "67 %"]
    assert rows[1][:5] == ["Relevans", "Deltagare", "6", "86 % (39–100 %)", "83 %"]
    assert [row[:2] for row in rows[5:7]] == [["Tydlighet", "Hela panelen"], ["Tydlighet", "Deltagare"]]


def test_rounds_say_who_moved_and_what_has_settled():
    told = by_item(tables.delphi(CODEBOOK, PANEL))
    assert told["K01b"] == ["23", "100 % (85–100 %)", "100 %", "<0,01", "nej", "ja"]
    assert told["K05a"] == ["23", "0 % (0–15 %)", "0 %", "1,00", "ja", "nej"]


def test_too_few_is_said_in_every_cell():
    told = by_item(tables.content_validity(CODEBOOK, ALONE))["K01a"]
    assert told == ["1", "för få", "för få", "för få", "för få"]
    assert by_item(tables.content_validity(CODEBOOK, FOUR))["K01a"][-1] == "1,00, för få för ett krav"
    assert by_item(tables.panel_groups(CODEBOOK, FOUR))["K01a"][1:] == ["för få", *["kan inte jämföras"] * 2]


def test_a_panel_asked_of_one_thing_only_has_dashes_for_the_rest():
    clarity = rows_of(ratings().query("aspect == 'tydlighet'"))
    assert by_item(tables.content_validity(CODEBOOK, clarity))["K01a"] == [DASH, DASH, DASH, "83 % (63–95 %)", DASH]
    assert tables.panel_groups(CODEBOOK, clarity) is None
    assert plots.content_validity(CODEBOOK, clarity) is None


def test_without_a_panel_nothing_is_shown_and_that_is_said():
    made = [tables.content_validity, tables.panel_groups, tables.delphi, plots.content_validity]
    assert [show(CODEBOOK, NONE) for show in made] == [None] * 4
    assert tables.panels(NONE) is None
    assert "Ingen panel" in wording.content_validity(NONE).markdown
    assert wording.panel_groups(NONE) is None
    assert wording.delphi(NONE) is None


def test_the_sentences_name_what_falls_short():
    told = plain(wording.content_validity(PANEL))
    assert "23 bedömare" in told
    assert "4 av 6 frågor når 0,78" in told and "Det gör inte K05a och K08a." in told
    assert "för 4 ligger hela intervallet" in told
    assert "Alla frågor är tydliga" in told
    assert "Det gör inte K08a." in told
    assert "15 bedömare" not in told
    groups = plain(wording.panel_groups(PANEL))
    assert "Säkert olika är de om K05a (deltagare − politiker)" in groups
    rounds = plain(wording.delphi(PANEL))
    assert "5 av 6 frågor är stabila" in rounds
    assert "Ännu i rörelse är K01b" in rounds and "Om K05a är panelen oenig" in rounds


def test_few_in_the_panel_is_said():
    told = plain(wording.content_validity(FOUR))
    assert "Färre än 5 har bedömt varje fråga: för få" in told
    assert "färre än 15 bedömare" in told
    assert "Grupperna i panelen är för små" in plain(wording.panel_groups(FOUR))
    assert "Bara 4 har bedömt" in plain(wording.delphi(FOUR))
    assert "för få" in plain(wording.content_validity(ALONE))
    assert "För få har bedömt frågorna i båda" in plain(wording.delphi(ALONE))


def test_the_number_that_it_takes_to_be_sure_is_counted():
    lower = {n: float(clopper_pearson(n, n, 0.95)[0]) for n in (SURE - 1, SURE)}
    assert lower[SURE - 1] < ENOUGH <= lower[SURE]


def test_a_group_name_from_data_is_harmless():
    long = ratings()
    long["panel_group"] = long["panel_group"].replace("politiker", "<b>*pol*</b>")
    rows = rows_of(long)
    assert "<b>" not in tables.panel_groups(CODEBOOK, rows).html
    assert "<b>" not in wording.panel_groups(rows).markdown
    assert "\\*pol\\*" in wording.panel_groups(rows).markdown


def test_what_a_release_hides_of_a_small_group_its_difference_does_not_tell():
    limits = {"min_n": 10, "min_x": 3, "both_sides": True}
    released = release_coefficients(PANEL, policy(limits))
    hidden = released.loc[released["statistic"].str.match("i_cvi:|gruppskillnad$"), "status"]
    assert set(hidden) == {"undertryckt"} and tables.panel_groups(CODEBOOK, released) is None
    assert by_item(tables.content_validity(CODEBOOK, released))["K05a"][1] == "74 % (52–90 %)"
    assert "Grupperna" in plain(wording.panel_groups(released))


def policy(limits):
    fields = {name: limits for name in ("opinion", "outcome", "volume")}
    return Policy.model_construct(**{**fields, "opinion": type("Limits", (), limits)})


def test_the_figure_tells_its_numbers_and_draws_the_groups():
    figure = plots.content_validity(CODEBOOK, PANEL)
    assert "K05a 74 % (52–90 %)" in figure.alt.replace("\N{NO-BREAK SPACE}", " ")
    without = plots.content_validity(CODEBOOK, PANEL[~PANEL["statistic"].str.contains(":")])
    assert figure.svg != without.svg and figure.alt == without.alt
    assert plots.content_validity(CODEBOOK, PANEL).svg == figure.svg
    assert plots.content_validity(CODEBOOK, ALONE) is None
    hidden = PANEL.assign(status=PANEL["status"].mask(PANEL["statistic"].str.contains(":"), "undertryckt"))
    assert plots.content_validity(CODEBOOK, hidden).svg == without.svg


@pytest.mark.parametrize("of", [wording.content_validity, wording.panel_groups, wording.delphi])
def test_no_sentence_has_a_decimal_point_or_a_gap(of):
    for rows in (PANEL, FOUR, ALONE):
        text = of(rows)
        if text is not None:
            assert not re.search(r"\d\.\d|  |\bnan\b|None", text.markdown)
