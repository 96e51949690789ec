"""What a valid table looks like: the promise `ingest` gives to every later step."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from finsam_eval.results import ALL

KEY = ["respondent", "participation", "about", "respondent_group", "occasion", "wave", "retest", "period"]
"""What makes a questionnaire unique; an answer adds its item."""

GENDERS = ["kvinna", "man", "okant"]
KINDS = ["published", "entered"]
"""Whether a figure was public before, or is entered here for the first time."""

_TEXT = pa.Column("str")
_GENDER = pa.Column("str", pa.Check.isin(GENDERS))
_COUNT = pa.Column("Int64", pa.Check.ge(0), nullable=True)
_PLACE = {"forbund": pa.Column("str", pa.Check.str_length(min_value=1)), "insats": _TEXT}

RESPONSES = pa.DataFrameSchema(
    {
        "respondent": pa.Column("str", pa.Check.str_length(min_value=1)),
        "participation": _TEXT,
        "about": _TEXT,
        "respondent_group": _TEXT,
        "item": _TEXT,
        "occasion": _TEXT,
        "wave": pa.Column("int64", pa.Check.ge(1)),
        "retest": pa.Column("bool"),
        "period": _TEXT,
        "date": pa.Column("datetime64[us]", nullable=True),
        **_PLACE,
        "gender": _GENDER,
        "value": pa.Column("Int64", nullable=True),
        "missing": _TEXT,
    },
    strict=True,
    ordered=True,
    unique=[*KEY, "item"],
    checks=pa.Check(lambda frame: frame["value"].isna() == (frame["missing"] != ""), name="missing says why"),
)

PARTICIPATIONS = pa.DataFrameSchema(
    {
        "participation": pa.Column("str", unique=True),
        "respondent": _TEXT,
        **_PLACE,
        "gender": _GENDER,
        "start": pa.Column("datetime64[us]"),
        "end": pa.Column("datetime64[us]", nullable=True),
        "anonymous": pa.Column("bool"),
    },
    strict=False,
    checks=pa.Check(lambda frame: (frame["respondent"] == "") == frame["anonymous"], name="anonymous has no person"),
)

INVITED = pa.DataFrameSchema(
    {
        **_PLACE,
        "respondent_group": _TEXT,
        "occasion": _TEXT,
        "period": _TEXT,
        "gender": _GENDER,
        "invited": pa.Column("int64", pa.Check.ge(0)),
    },
    strict=True,
    unique=["forbund", "insats", "respondent_group", "occasion", "period", "gender"],
)

ASPECTS = {"relevans": 4, "tydlighet": 4, "nodvandighet": 3}
"""What a panel rates of each item, and the highest step, which is the best; the lowest is 1."""

RATINGS = pa.DataFrameSchema(
    {
        "panellist": pa.Column("str", pa.Check.str_length(min_value=1)),
        "panel_group": pa.Column("str", pa.Check.str_length(min_value=1)),
        "round": pa.Column("int64", pa.Check.ge(1)),
        "item": _TEXT,
        "aspect": pa.Column("str", pa.Check.isin(list(ASPECTS))),
        "rating": pa.Column("int64", pa.Check.ge(1)),
    },
    strict=True,
    ordered=True,
    unique=["panellist", "round", "item", "aspect"],
    checks=pa.Check(
        lambda frame: frame["rating"] <= frame["aspect"].map(ASPECTS).astype("float64"), name="on the aspect's scale"
    ),
)

OBSERVATIONS = pa.DataFrameSchema(
    {
        "indicator": pa.Column("str", pa.Check.str_length(min_value=1)),
        "unit": _TEXT,
        "period": _TEXT,
        "gender": pa.Column("str", pa.Check.isin([*GENDERS, ALL])),
        "x": _COUNT,
        "n": _COUNT,
        "mentioned": _COUNT,
        "value": pa.Column("float64", nullable=True),
        "printed": _TEXT,
        "printed_status": _TEXT,
        "kind": pa.Column("str", pa.Check.isin(KINDS)),
        "source": _TEXT,
    },
    strict=True,
    ordered=True,
    unique=["indicator", "unit", "period", "gender"],
    checks=pa.Check(lambda frame: ~(frame["x"] > frame["n"]).fillna(False).astype("bool"), name="x is at most n"),
)


def no_rows(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return a valid table without rows."""
    types = {name: column.dtype.type for name, column in schema.columns.items()}
    dates = {name: "datetime64[us]" for name, kind in types.items() if pd.api.types.is_datetime64_any_dtype(kind)}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()}).astype(dates)
