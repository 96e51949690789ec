"""What a valid table looks like: the promise `ingest` gives to every later step."""

from __future__ import annotations

import pandera.pandas as pa

KEY = ["respondent", "participation", "about", "respondent_group", "occasion", "wave", "retest", "period"]
"""What makes a questionnaire unique; an answer adds its item."""

GENDERS = ["kvinna", "man", "okant"]

_TEXT = pa.Column("str")
_GENDER = pa.Column("str", pa.Check.isin(GENDERS))
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
        "date": pa.Column("datetime64[us]"),
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
