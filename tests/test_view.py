import pandas as pd
import pytest

from finsam_eval.errors import UnknownName
from finsam_eval.files import save_json, save_table
from finsam_eval.study import open_study
from finsam_eval.view import open_view
from tests.small import write_study
from tests.views import count, record


@pytest.fixture
def released(tmp_path):
    """A release of two förbund and the country."""
    folder = open_study(write_study(tmp_path)).released("publik")
    units = ["F02", "F01", "riket"]
    save_table(pd.DataFrame([record(0.5, unit=unit) for unit in units]), folder / "records.parquet")
    save_table(pd.DataFrame([count("1", 3, unit=unit) for unit in units]), folder / "counts.parquet")
    save_table(pd.DataFrame({"forbund": units[:2], "name": ["Örn", "Ål"]}), folder / "units.parquet")
    save_json({"profile": "publik"}, folder / "release.json")
    return tmp_path


def test_a_forbund_sees_itself_and_the_country_alone(released):
    seen = open_view(str(released), forbund="F01", profile="publik")
    assert (seen.name, seen.is_country) == ("Ål", False)
    assert set(seen.records["unit"]) == set(seen.counts["unit"]) == {"F01", "riket"}


def test_the_country_sees_every_forbund_in_the_order_of_the_file(released):
    seen = open_view(str(released), forbund="riket", profile="publik")
    assert (seen.name, seen.is_country, list(seen.names.items())) == ("riket", True, [("F02", "Örn"), ("F01", "Ål")])
    assert set(seen.records["unit"]) == set(seen.counts["unit"]) == {"F01", "F02", "riket"}
    assert list(seen.select()["unit"]) == ["riket"]
    assert list(seen.select(unit=["F01", "F02"])["unit"]) == ["F02", "F01"]


def test_an_unknown_forbund_is_told_with_those_there_are(released):
    with pytest.raises(UnknownName, match="it has F02, F01"):
        open_view(str(released), forbund="F77", profile="publik")
