from dataclasses import replace

import pandas as pd
import pytest

from finsam_eval import spread
from tests.views import NAMES, record, view

AT_END = {"group": "deltagare", "occasion": "avslut"}
RIKET = {"unit": "riket"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The country's view, whose study is read once."""
    return view(tmp_path_factory.mktemp("study"), [record(0.7, **RIKET)], unit="riket")


def test_every_forbund_stands_in_the_order_of_the_file(empty):
    records = [record(0.7, **RIKET), record(0.9, unit="F03"), record(0.1, unit="F01")]
    found = spread.of_forbund(replace(empty, records=pd.DataFrame(records)), **AT_END, item="K01b")
    assert list(found.index) == list(NAMES)
    assert list(found["status"]) == ["ok", "inga data", "ok"]
    assert found.loc[["F01", "F03"], "value"].tolist() == [0.1, 0.9]


def test_how_many_items_may_be_shown(empty):
    both = [record(0.7, item=item, **RIKET) for item in ("K01b", "K02b")]
    seen = [record(0.7, unit="F01"), record(0.7, item="K02b", unit="F01"), record(0.7, unit="F02")]
    records = [*both, *seen, record(None, item="K02b", unit="F02")]
    found = spread.shown(replace(empty, records=pd.DataFrame(records)), **AT_END)
    assert found.to_dict("index") == {
        "F01": {"shown": 2, "items": 2},
        "F02": {"shown": 1, "items": 2},
        "F03": {"shown": 0, "items": 2},
    }
