import pandas as pd

from finsam_eval import tables, wording
from finsam_eval.codebook import load_codebook
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from tests.psychometric_frames import coefficient

CODEBOOK = load_codebook("nns2015")


def table(*rows):
    return pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)


def fit(cfi, rmsea, status="ok"):
    return [
        {**coefficient("item_set", "under", name, value, None, None, 800), "label": "Under", "status": status}
        for name, value in (("cfi", cfi), ("rmsea", rmsea), ("tli", cfi), ("srmr", 0.03), ("H", 0.46))
    ]


def gender(item, value, lower, upper):
    return coefficient("item", item, "dif_kon", value, lower, upper, 800)


def loading(item, value, lower, upper):
    return coefficient("item", item, "laddning", value, lower, upper, 800)


def test_a_set_that_one_factor_describes_is_told_apart_from_one_it_does_not():
    good = wording.structure(table(*fit(0.98, 0.03), loading("K01a", 0.7, 0.6, 0.8))).markdown
    assert "*Under:* en faktor räcker (CFI 0,98, RMSEA 0,03)." in good and "Ingen fråga laddar säkert" in good
    bad = wording.structure(table(*fit(0.90, 0.09), loading("K01a", 0.3, 0.2, 0.4))).markdown
    assert "räcker inte riktigt" in bad and "Säkert under 0,50 ligger K01a." in bad
    hidden = wording.structure(table(*fit(None, None, "undertryckt"))).markdown
    assert "inget svar som kan visas" in hidden
    assert "går inte att pröva" in wording.structure(table()).markdown


def test_only_a_difference_that_is_surely_large_is_called_so():
    rows = [gender("K01a", -1.2, -1.6, -0.8), gender("K02a", 0.7, 0.5, 0.9), gender("K03a", 0.1, -0.2, 0.4)]
    text = wording.read_alike(table(*rows, gender("K04a", -0.5, -1.2, 0.2))).markdown
    assert "Säkert stor är den här: kvinnor svarar lägre än män på K01a." in text
    assert "Säkert måttlig eller stor är den här: kvinnor svarar högre än män på K02a." in text
    assert "För 1 av 4 är den säkert inte stor." in text and "K04a" not in text and "K03a" not in text
    none = wording.read_alike(table(gender("K03a", 0.1, -0.2, 0.4))).markdown
    assert "För ingen fråga" in none and "vem som har det bättre" not in none


def test_what_was_not_tried_says_nothing_and_what_is_hidden_says_so():
    assert wording.read_alike(table()) is None
    hidden = {**gender("K01a", None, None, None), "status": "undertryckt"}
    assert "kan inte visas" in wording.read_alike(table(hidden)).markdown


def test_the_tables_show_each_set_and_each_question_with_its_interval():
    steps = [
        {**coefficient("item_set", "under", f"invarians_kon:{name}", -0.003, None, None, 800), "label": "Under"}
        for name in ("thresholds", "loadings", "intercepts")
    ]
    steps = [{**row, "method": "ΔCFI, p = 0,062: håller; DWLS"} for row in steps]
    rows = table(*fit(0.98, 0.03), loading("K01a", 0.7, 0.6, 0.8), gender("K01a", 0.1, -0.2, 0.4), *steps)
    (whole,) = tables.set_structure(rows).rows
    assert whole[0] == "Under" and whole[3:5] == ["0,98", "0,98"]
    (item,) = tables.item_structure(CODEBOOK, rows).rows
    assert item[0].startswith("K01a") and item[2] == "0,70 (0,60 till 0,80)" and item[3] == "–"
    (equal,) = tables.same_for_both(rows).rows
    assert equal[1].startswith("−0,003 (p")
    assert tables.set_structure(table()) is None and tables.same_for_both(table()) is None
    assert tables.item_structure(CODEBOOK, table()) is None
