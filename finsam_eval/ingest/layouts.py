"""Files with one row per questionnaire and files with one row per answer → one row per question."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from finsam_eval.codebook import Item
from finsam_eval.ingest.headings import Names
from finsam_eval.ingest.places import PLACE
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW
from finsam_eval.ingest.schemas import KEY
from finsam_eval.study import ResponseSource

FACTS = [ROW, *KEY, "date", *PLACE, "gender"]
"""What every answer of a questionnaire has in common."""


def with_known_items(frame: pd.DataFrame, source: ResponseSource, names: Names, aside: Quarantine) -> pd.DataFrame:
    """Replace what a file with one row per answer calls its questions by item ids; other questions are set aside."""
    meant = {text: names.items(str(text)) for text in frame["item"].unique()}
    several = frame["item"].isin([text for text, items in meant.items() if len(items) > 1])
    frame = aside.rows(frame, source.file, several, "item", "flera frågor kallas så; ange under items vilken")
    unknown = frame["item"].isin([text for text, items in meant.items() if not items])
    frame = aside.rows(frame, source.file, unknown, "item", "ingen fråga som gruppen får")
    ids = {text: next(iter(items)) for text, items in meant.items() if len(items) == 1}
    return frame.assign(item=frame["item"].map(ids).astype("str"))


def one_by_one(frame: pd.DataFrame, source: ResponseSource, items: Sequence[Item]) -> pd.DataFrame:
    """Return one row per questionnaire and item of the file, with `item` and the answer's `text`; empty if none."""
    names = [item.id for item in items]
    if not source.long:
        answers = frame.melt(id_vars=FACTS, value_vars=names, var_name="item", value_name="text")
        return answers.astype({"item": "str", "text": "str"})
    given = frame[[*FACTS, "item", "answer"]].rename(columns={"answer": "text"})
    every = frame.drop_duplicates(KEY)[FACTS].merge(pd.DataFrame({"item": names}, dtype="str"), how="cross")
    absent = every.merge(given[[*KEY, "item"]], on=[*KEY, "item"], how="left", indicator=True)["_merge"] == "left_only"
    return pd.concat([given, every[absent.to_numpy()].assign(text="")], ignore_index=True)
