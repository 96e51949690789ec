"""Förbund and insatser over time: which förbund a row belongs to on its day.

An insats may change hands: what happened before stays with the förbund that owned it then. A förbund may go up in
another: the map is the one of the report period's last day, and everything from before the merger is counted in the
förbund that it became. So every answer is in the report of a förbund that there is, a new förbund can be compared with
its own past, and no remnant is left that is too small to show. A förbund that closed without going up in another keeps
its own answers and its report: nobody else's would hold them.
"""

from __future__ import annotations

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.ingest.columns import NOT_READ, account, dated, known, read_declared, with_distinct_ids, with_safe_ids
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.study import WHOLE, Source, Study

PLACE = ["forbund", "insats"]

NOT_OWNER = "förbundet äger inte insatsen"
"""Why a row is set aside whose förbund and insats contradict each other."""


def read_units(study: Study, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every förbund of the file (forbund, name, lan, to, now), in its order, and the account.

    `to` is the last day there was such a förbund (missing: there still is), `now` the one that its answers are counted
    in. A study without a file of förbund is one unit, with the study's name.
    """
    source = study.settings.sources.forbund
    if source is None:
        whole = pd.DataFrame([{"forbund": WHOLE, "name": study.settings.name, "lan": "", "now": WHOLE}])
        return whole.assign(to=pd.Series([pd.NaT], dtype="datetime64[us]")), NOT_READ
    frame, before = read_declared(study, source, {"forbund", "name"})
    frame = with_distinct_ids(frame, source, "forbund", aside)
    frame = dated(frame, source, "to", aside, optional=True)
    frame = frame.assign(into=frame.get("into", ""), lan=frame.get("lan", ""))
    frame = _with_successor(frame, source, _last_day(study), aside)
    if frame.empty:
        raise BadInput(f"{source.file} has no usable förbund: each needs an id of its own, of letters, digits, - and _")
    columns = ["forbund", "name", "lan", "to", "now"]
    return frame[columns].reset_index(drop=True), account(source.file, before, frame)


def existing(units: pd.DataFrame) -> pd.DataFrame:
    """Return the förbund that answers are counted in: forbund, name, lan."""
    return units.loc[units["now"] == units["forbund"], ["forbund", "name", "lan"]].reset_index(drop=True)


def _last_day(study: Study) -> pd.Timestamp:
    ends = {period.id: period.end for period in study.settings.periods}
    return pd.Timestamp(ends[study.settings.report_period])


def _with_successor(frame: pd.DataFrame, source: Source, last: pd.Timestamp, aside: Quarantine) -> pd.DataFrame:
    """Add `now`: the förbund itself, or what it had become on the `last` day, however many mergers later."""
    undated = (frame["into"] != "") & frame["to"].isna()
    frame = aside.rows(frame, source.file, undated, "to", "uppgått i ett annat förbund utan datum")
    lost = _followed(frame, frame["into"] != "").isna() | (frame["into"] == frame["forbund"])
    frame = aside.rows(frame, source.file, lost, "into", "uppgår i ett okänt förbund eller i sig självt")
    return frame.assign(now=_followed(frame, (frame["into"] != "") & (frame["to"] < last)))


def _followed(frame: pd.DataFrame, merged: pd.Series) -> pd.Series:
    """Return the förbund at the end of each chain of mergers; missing where it ends nowhere."""
    steps = dict(zip(frame["forbund"], frame["into"].where(merged, frame["forbund"]), strict=True))
    now = frame["forbund"]
    for _ in steps:
        now = now.map(steps)
    return now.where(now.map(steps) == now)


def read_insatser(study: Study, units: pd.DataFrame, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who owns which insats and when (insats, forbund, from, to), and the account; no rows without a file.

    An insats has a row for each owner. Both days are included; a missing one is open. Rows of one insats that overlap
    are set aside, all of them: which is right cannot be known.
    """
    source = study.settings.sources.insatser
    if source is None:
        dates = {"from": "datetime64[us]", "to": "datetime64[us]"}
        return pd.DataFrame(columns=[*PLACE, *dates], dtype="str").astype(dates), NOT_READ
    frame, before = read_declared(study, source, {"insats", "forbund"})
    frame = with_safe_ids(frame, source, "insats", aside)
    frame = known(frame, source, "forbund", units["forbund"], aside)
    for column in ("from", "to"):
        frame = dated(frame, source, column, aside, optional=True)
    frame = aside.rows(frame, source.file, frame["to"] < frame["from"], "to", "slutar före sin start")
    clash = "samma id mer än en gång, och inte från skilda tider"
    frame = aside.rows(frame, source.file, _overlapping(frame), "insats", clash)
    now = frame["forbund"].map(units.set_index("forbund")["now"])
    owned = frame.assign(forbund=now)[[*PLACE, "from", "to"]].reset_index(drop=True)
    return owned, account(source.file, before, frame)


def _overlapping(rows: pd.DataFrame) -> pd.Series:
    """Return which rows share a day with another row of their insats."""
    start, end = rows["from"].fillna(pd.Timestamp.min.ceil("D")), rows["to"].fillna(pd.Timestamp.max.floor("D"))
    spans = pd.DataFrame({"insats": rows["insats"], "start": start, "end": end, "place": rows.index})
    pairs = spans.merge(spans, on="insats")
    shared = (pairs["start_x"] <= pairs["end_y"]) & (pairs["start_y"] <= pairs["end_x"])
    other = pairs["place_x"] != pairs["place_y"]
    return rows.index.to_series().isin(pairs.loc[shared & other, "place_x"])


def placed(
    frame: pd.DataFrame, file: str, day: pd.Series, units: pd.DataFrame, insatser: pd.DataFrame, aside: Quarantine
) -> pd.DataFrame:
    """Give every row the förbund it belongs to on its `day`: the insats's owner, or the one it names itself.

    frame has `insats` and `forbund`, either of them empty. Set aside are rows of a förbund that is unknown, that closed
    before the day, or that does not own the insats, and rows of an insats that nobody owned that day.
    """
    stated = frame["forbund"].map(units.set_index("forbund")["now"]).astype("str")
    rows = frame.assign(day=day, stated=stated, owner=_owner(frame["insats"], day, insatser))
    inside = rows["insats"] != ""
    unknown = ~rows["forbund"].isin(units["forbund"]) & ~(inside & (rows["forbund"] == ""))
    rows = aside.rows(rows, file, unknown, "forbund", "okänt namn eller okänd kod")
    nobody = (rows["insats"] != "") & rows["owner"].isna()
    rows = aside.rows(rows, file, nobody, "insats", "insatsen hör inte till något förbund den dagen")
    other = (rows["insats"] != "") & (rows["forbund"] != "") & (rows["stated"] != rows["owner"])
    rows = aside.rows(rows, file, other, "forbund", NOT_OWNER)
    rows = rows.assign(forbund=rows["stated"].where(rows["insats"] == "", rows["owner"]).astype("str"))
    closed = rows["forbund"].map(units.set_index("forbund")["to"]) < rows["day"]
    rows = aside.rows(rows, file, closed, "forbund", "förbundet fanns inte längre den dagen")
    return rows.drop(columns=["day", "stated", "owner"])


def _owner(insats: pd.Series, day: pd.Series, insatser: pd.DataFrame) -> pd.Series:
    """Return the förbund that owned each row's insats on its day; missing where none did."""
    rows = pd.DataFrame({"insats": insats, "day": day, "place": insats.index})
    pairs = rows.merge(insatser, on="insats")
    begun = pairs["from"].isna() | (pairs["from"] <= pairs["day"])
    lasting = pairs["to"].isna() | (pairs["day"] <= pairs["to"])
    return pairs[begun & lasting].set_index("place")["forbund"].reindex(insats.index)
