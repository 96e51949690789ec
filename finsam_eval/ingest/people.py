"""Förbund, insatser, participations and invitations: who could have answered."""

from __future__ import annotations

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW, read_source
from finsam_eval.ingest.schemas import INVITED, PARTICIPATIONS
from finsam_eval.study import WHOLE, Source, Study

SAFE_ID = r"^[A-Za-z0-9_-]{1,20}$"
"""Ids become file names: letters, digits, - and _ only."""

PLACE = ["forbund", "insats"]


def read_units(study: Study, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the förbund (forbund, name, lan), in the file's order, and the account.

    A study without a file of förbund is one unit, with the study's name.
    """
    source = study.settings.sources.forbund
    if source is None:
        whole = pd.DataFrame([{"forbund": WHOLE, "name": study.settings.name, "lan": ""}])
        return whole, NOT_READ
    frame, before = read_declared(study, source, {"forbund", "name"})
    frame = _distinct_ids(frame, source, "forbund", aside)
    if frame.empty:
        raise BadInput(f"{source.file} has no usable förbund: each needs an id of its own, of letters, digits, - and _")
    return frame.reindex(columns=["forbund", "name", "lan"], fill_value="").reset_index(drop=True), account(
        source.file, before, frame
    )


def read_insatser(study: Study, units: pd.DataFrame, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the insatser (insats, forbund, name) of known förbund, none without a file of them, and the account."""
    source = study.settings.sources.insatser
    if source is None:
        return pd.DataFrame(columns=PLACE, dtype="str"), NOT_READ
    frame, before = read_declared(study, source, {"insats", "forbund"})
    frame = _distinct_ids(frame, source, "insats", aside)
    frame = known(frame, source, "forbund", units["forbund"], aside)
    return frame.drop(columns=ROW).reset_index(drop=True), account(source.file, before, frame)


def read_participations(study: Study, insatser: pd.DataFrame, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per person × insats with its outcomes (1, 0 or missing), and the account."""
    source = study.settings.sources.participations
    outcomes = [outcome.column for outcome in study.settings.outcomes]
    if source is None:
        columns = [*PARTICIPATIONS.columns, *outcomes]
        empty = pd.DataFrame(columns=columns).astype({name: "str" for name in columns})
        dates = {"start": "datetime64[us]", "end": "datetime64[us]", "anonymous": "bool"}
        return empty.astype({**dates, **dict.fromkeys(outcomes, "Int64")}), NOT_READ
    wanted = {"participation", "respondent", "insats", "gender", "start", "end", "anonymous", *outcomes}
    frame, before = read_declared(study, source, wanted)
    frame = _distinct_ids(frame, source, "participation", aside)
    frame = known(frame, source, "insats", insatser["insats"], aside)
    frame = decoded(frame, source, ["gender", "anonymous", *outcomes], {"anonymous": "0"}, aside)
    frame = dated(frame, source, "start", aside)
    frame = dated(frame, source, "end", aside, optional=True)
    frame = aside.rows(frame, source.file, frame["end"] < frame["start"], "end", "slutar före sin start")
    unclear = (frame["respondent"] == "") != (frame["anonymous"] == "1")
    frame = aside.rows(frame, source.file, unclear, "respondent", "anonym och med person, eller varken eller")
    frame = frame.merge(insatser[PLACE], on="insats")
    result = frame.assign(anonymous=frame["anonymous"] == "1", **{o: _yes_no(frame[o]) for o in outcomes})
    result = result[[*PARTICIPATIONS.columns, *outcomes]].reset_index(drop=True)
    return PARTICIPATIONS.validate(result, lazy=True), account(source.file, before, frame)


def read_invited(
    study: Study, units: pd.DataFrame, insatser: pd.DataFrame, aside: Quarantine
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how many were invited per förbund, insats, group, occasion, period and gender, and the account."""
    source = study.settings.sources.invited
    if source is None:
        empty = pd.DataFrame(columns=list(INVITED.columns)).astype("str").astype({"invited": "int64"})
        return empty, NOT_READ
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
    result = frame[list(INVITED.columns)].astype({"invited": "int64"}).reset_index(drop=True)
    return INVITED.validate(result, lazy=True), account(source.file, before, frame)


def account(file: str, read: int, kept: pd.DataFrame) -> pd.DataFrame:
    """Return one line of the account of a file's rows: read = kept + quarantined."""
    return pd.DataFrame(
        [{"file": file, "unit": "rader", "read": read, "kept": len(kept), "quarantined": read - len(kept)}]
    )


NOT_READ = account("", 0, pd.DataFrame()).iloc[:0]
"""The account of a file that the study does not have."""


def known(frame: pd.DataFrame, source: Source, column: str, names: pd.Series, aside: Quarantine) -> pd.DataFrame:
    """Set aside the rows whose `column` is not among the declared names."""
    return aside.rows(frame, source.file, ~frame[column].isin(names), column, "okänt namn eller okänd kod")


def decoded(
    frame: pd.DataFrame, source: Source, columns: list[str], empty: dict[str, str], aside: Quarantine
) -> pd.DataFrame:
    """Translate words to codes as the source declares; a word it does not declare sets its row aside.

    An empty cell stays empty, or becomes what `empty` says for its column.
    """
    for column in [name for name in columns if name in frame]:
        words = source.words.get(column)
        codes = frame[column].map(words).where(frame[column] != "", empty.get(column, "")) if words else frame[column]
        frame = aside.rows(frame, source.file, codes.isna(), column, "ett ord som study.yaml inte anger")
        frame = frame.assign(**{column: codes.loc[frame.index].astype("str")})
    return frame


def dated(
    frame: pd.DataFrame, source: Source, column: str, aside: Quarantine, *, optional: bool = False
) -> pd.DataFrame:
    """Turn text into dates (2025-03-31); anything else sets its row aside."""
    dates = pd.to_datetime(frame[column], format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    bad = dates.isna() & ~((frame[column] == "") & optional)
    frame = aside.rows(frame, source.file, bad, column, "ett datum som 2025-03-31 väntades")
    return frame.assign(**{column: dates.loc[frame.index]})


def read_declared(study: Study, source: Source, wanted: set[str]) -> tuple[pd.DataFrame, int]:
    """Return a file as text with our column names, which must include those `wanted`, and how many rows it has."""
    lacking = sorted(wanted - {"lan"} - set(source.columns))
    if lacking:
        raise BadInput(f"study.yaml, {source.file}: columns must also name {', '.join(lacking)}")
    frame = read_source(study.raw, source, {})
    return frame, len(frame)


def _distinct_ids(frame: pd.DataFrame, source: Source, column: str, aside: Quarantine) -> pd.DataFrame:
    usable = frame[column].str.fullmatch(SAFE_ID)
    frame = aside.rows(frame, source.file, ~usable, column, "ett id av bokstäver, siffror, - och _ väntades")
    return aside.rows(frame, source.file, frame.duplicated(column, keep=False), column, "samma id mer än en gång")


def _yes_no(codes: pd.Series) -> pd.Series:
    return pd.to_numeric(codes.where(codes != "")).astype("Int64")
