"""Participations and invitations: who could have answered."""

from __future__ import annotations

import pandas as pd

from finsam_eval.ingest.columns import NOT_READ, account, dated, decoded, known, read_declared, with_distinct_ids
from finsam_eval.ingest.places import placed
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.schemas import INVITED, PARTICIPATIONS, no_rows
from finsam_eval.study import WHOLE, Source, Study

YEAR = r"(?:19|20)\d{2}"


def read_participations(
    study: Study, units: pd.DataFrame, insatser: pd.DataFrame, aside: Quarantine
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per person × insats with its outcomes (1, 0 or missing), and the account.

    A participation belongs to the förbund that owned its insats the day it ended, or began where it has not ended. Of
    an anonymous participant no more than gender and the year of the start need be known: `start` is then 1 January.
    """
    source = study.settings.sources.participations
    outcomes = [outcome.column for outcome in study.settings.outcomes]
    if source is None:
        return no_rows(PARTICIPATIONS).assign(**{o: pd.Series(dtype="Int64") for o in outcomes}), NOT_READ
    wanted = {"participation", "respondent", "insats", "gender", "start", "end", "anonymous", *outcomes}
    frame, before = read_declared(study, source, wanted)
    frame = with_distinct_ids(frame, source, "participation", aside)
    frame = known(frame, source, "insats", insatser["insats"], aside)
    frame = decoded(frame, source, ["gender", "anonymous", *outcomes], {"anonymous": "0"}, aside)
    unclear = (frame["respondent"] == "") != (frame["anonymous"] == "1")
    frame = aside.rows(frame, source.file, unclear, "respondent", "anonym och med person, eller varken eller")
    frame = _with_dates(frame, source, aside)
    day = frame["end"].fillna(frame["start"])
    frame = placed(frame.assign(forbund=frame.get("forbund", "")), source.file, day, units, insatser, aside)
    result = frame.assign(anonymous=frame["anonymous"] == "1", **{o: _yes_no(frame[o]) for o in outcomes})
    result = result[[*PARTICIPATIONS.columns, *outcomes]].reset_index(drop=True)
    return PARTICIPATIONS.validate(result, lazy=True), account(source.file, before, frame)


def _with_dates(frame: pd.DataFrame, source: Source, aside: Quarantine) -> pd.DataFrame:
    only_year = (frame["anonymous"] == "1") & frame["start"].str.fullmatch(YEAR)
    frame = frame.assign(start=frame["start"].mask(only_year, frame["start"] + "-01-01"))
    frame = dated(frame, source, "start", aside)
    frame = dated(frame, source, "end", aside, optional=True)
    return aside.rows(frame, source.file, frame["end"] < frame["start"], "end", "slutar före sin start")


def with_participation(
    frame: pd.DataFrame, source: Source, participations: pd.DataFrame, aside: Quarantine
) -> pd.DataFrame:
    """Add insats and gender from each row's participation, and `person`, whose it is.

    Set aside are rows of an unknown participation, and rows that name another insats than its own.
    """
    frame = known(frame, source, "participation", participations["participation"], aside)
    theirs = participations.set_index("participation")[["respondent", "insats", "gender"]]
    looked_up = theirs.loc[frame["participation"]].set_index(frame.index)
    if "insats" in frame:
        other = (frame["insats"] != "") & (frame["insats"] != looked_up["insats"])
        frame = aside.rows(frame, source.file, other, "insats", "inte deltagandets insats")
        looked_up = looked_up.loc[frame.index]
    added = looked_up.rename(columns={"respondent": "person"})
    return frame.assign(**{name: added[name] for name in added})


def read_invited(
    study: Study, units: pd.DataFrame, insatser: pd.DataFrame, aside: Quarantine
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how many were invited per förbund, insats, group, occasion, period and gender, and the account.

    An invitation belongs to the förbund that owned the insats on the period's last day; those of merged förbund are
    added together.
    """
    source = study.settings.sources.invited
    if source is None:
        return no_rows(INVITED), NOT_READ
    places = {"forbund": study.settings.sources.forbund, "insats": study.settings.sources.insatser}
    absent = {name: "" if name == "insats" else WHOLE for name, file in places.items() if file is None}
    frame, before = read_declared(study, source, set(INVITED.columns) - set(absent))
    frame = known(frame.assign(**absent), source, "forbund", units["forbund"], aside)
    frame = known(frame, source, "insats", pd.concat([insatser["insats"], pd.Series([""])]), aside)
    frame = known(frame, source, "respondent_group", pd.Series([g.id for g in study.codebook.groups]), aside)
    frame = known(frame, source, "occasion", pd.Series([o.id for o in study.codebook.occasions]), aside)
    frame = known(frame, source, "period", pd.Series([a.id for a in study.atoms]), aside)
    frame = decoded(frame, source, ["gender"], {}, aside)
    numbers = frame["invited"].str.fullmatch(r"\d{1,6}")
    frame = aside.rows(frame, source.file, ~numbers, "invited", "ett helt antal väntades")
    key = [name for name in INVITED.columns if name != "invited"]
    frame = aside.rows(frame, source.file, frame.duplicated(key, keep=False), "invited", "samma grupp mer än en gång")
    frame = placed(frame, source.file, last_days(study, frame["period"]), units, insatser, aside)
    sums = frame.astype({"invited": "int64"}).groupby(key, as_index=False, sort=False)["invited"].sum()
    return INVITED.validate(sums[list(INVITED.columns)], lazy=True), account(source.file, before, frame)


def last_days(study: Study, period: pd.Series) -> pd.Series:
    """Return the last day of each row's atom."""
    ends = {atom.id: pd.Timestamp(atom.end) for atom in study.atoms}
    return pd.to_datetime(period.map(ends)).astype("datetime64[us]")


def _yes_no(codes: pd.Series) -> pd.Series:
    return pd.to_numeric(codes.where(codes != "")).astype("Int64")
