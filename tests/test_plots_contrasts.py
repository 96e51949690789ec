import pandas as pd

from finsam_eval import plots
from finsam_eval.contrasts import contrasts_of, funnel_of
from finsam_eval.contrasts.country import OTHERS
from finsam_eval.files import save_table
from tests.views import record, view

K01B = {"group": "deltagare", "occasion": "avslut", "item": "K01b"}
COUNTRY = record(0.5, n=1000, unit="riket")


def country(folder, *records):
    seen = view(folder, [COUNTRY, *records], unit="riket")
    save_table(contrasts_of(seen.study, seen.records), seen.study.released("publik") / "contrasts.parquet")
    return seen


UNALIKE = [record(0.9, n=100, unit="F01"), record(0.5, n=100, unit="F02"), record(0.1, n=100, unit="F03")]


def test_the_funnel_tells_in_words_what_it_draws(tmp_path):
    drawn = plots.funnel(country(tmp_path, *UNALIKE), **K01B)
    assert drawn.caption == "Deltagare vid avslut: K01b i förbunden och gränserna för slumpen, året"
    told = drawn.alt.replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("Andel som instämmer i K01b mot antalet svar. Riket 50 %.")
    assert "1 inom gränserna, 2 utanför 99,8 %" in told
    assert "Utanför: F01 90 % av 100 svar; F03 10 % av 100 svar." in told


def test_a_forbund_too_unreliable_is_drawn_and_not_called_outside(tmp_path):
    alike = [record(0.5, n=20, unit=unit) for unit in ("F01", "F02", "F03")]
    drawn = plots.funnel(country(tmp_path, *alike), **K01B)
    assert "3 kan inte jämföras" in drawn.alt
    assert "Utanför" not in drawn.alt


def test_a_hidden_forbund_is_not_in_the_figure(tmp_path):
    drawn = plots.funnel(country(tmp_path, *UNALIKE[:2], record(None, unit="F03")), **K01B)
    assert "F03" not in drawn.svg
    assert "F03" not in drawn.alt


def test_nothing_to_draw_is_no_figure(tmp_path):
    assert plots.funnel(country(tmp_path, record(None, unit="F01")), **K01B) is None
    assert plots.funnel(country(tmp_path / "other", *UNALIKE), **{**K01B, "item": "K02b"}) is None


def test_the_line_at_a_forbund_is_the_one_it_is_judged_by(tmp_path):
    seen = country(tmp_path, *UNALIKE)
    rows = pd.DataFrame(UNALIKE + [COUNTRY]).assign(x=lambda table: (table["value"] * table["n"]).round())
    units = funnel_of(rows.set_index("unit")).units
    beside = seen.contrasts[seen.contrasts["statistic"] == "mot_riket"].set_index("unit")
    outside = (units["value"] > units["upper_95"]) | (units["value"] < units["lower_95"])
    assert (beside["verdict"] != "").to_dict() == outside.drop(index=OTHERS).to_dict()


def test_smoothed_levels_stand_in_the_studys_order(tmp_path):
    drawn = plots.smoothed(country(tmp_path, *UNALIKE), **K01B)
    told = drawn.alt.replace("\N{NO-BREAK SPACE}", " ")
    assert [told.index(unit) for unit in ("F01", "F02", "F03")] == sorted(
        told.index(unit) for unit in ("F01", "F02", "F03")
    )
    assert "K01b i varje förbund, utjämnad" in drawn.caption


def test_the_same_figure_has_the_same_bytes(tmp_path):
    seen = country(tmp_path, *UNALIKE)
    assert plots.funnel(seen, **K01B) == plots.funnel(seen, **K01B)
