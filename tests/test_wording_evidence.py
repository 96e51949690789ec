import pandas as pd

from finsam_eval import wording
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from tests.psychometric_frames import coefficient


def told(*rows):
    return wording.evidence_method(pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS))


def test_only_what_was_computed_is_told_with_its_source():
    auc = coefficient("item", "K07a", "auc:arbete", 0.66, 0.6, 0.7, 600)
    hidden = {**coefficient("item", "K01a", "laddning", None, None, None, 600), "status": "undertryckt"}
    text = told(auc, hidden).markdown
    assert "DeLong" in text and "Muthén" not in text and "I-CVI" not in text
    panel = told(coefficient("item", "K01a", "i_cvi", 0.9, 0.7, 1.0, 22)).markdown
    assert panel.startswith("- I-CVI") and "DeLong" not in panel
    assert told(hidden) is None
