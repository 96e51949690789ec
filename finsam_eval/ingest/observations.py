"""Figures that others have counted, published or entered by hand, one row each."""

from __future__ import annotations

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.ingest.columns import NOT_READ, account, decoded, known, read_declared
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW
from finsam_eval.ingest.schemas import GENDERS, KINDS, OBSERVATIONS, no_rows
from finsam_eval.results import ALL, COUNTRY
from finsam_eval.study import Source, Study

KEY = ["indicator", "unit", "period", "gender"]
COUNTS = ["x", "n", "mentioned"]
STANDS_FOR_EMPTY = {"unit": COUNTRY, "gender": ALL, "kind": "entered"}
NUMBER = r"[+-]?\d{1,12}([.,]\d{1,12})?"


def read_observations(study: Study, units: pd.DataFrame, aside: Quarantine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations of a study and the account; none where it has no file of them.

    `x` of `n` persons; `mentioned` is the number of persons that the source speaks of, where that may be another;
    `value` any other number; `printed` the percentage as the source prints it, with a decimal point, and
    `printed_status` its own judgement. All may be missing: a percentage without n is kept.

    Raises
    ------
    BadInput
        When the file cannot be read as declared, or a column is declared that observations do not have.
    """
    source = study.settings.sources.observations
    if source is None:
        return no_rows(OBSERVATIONS), NOT_READ
    _check_columns(source)
    frame, before = read_declared(study, source, {"indicator", "period"})
    frame = decoded(frame, source, ["unit", "period", "gender", "kind"], STANDS_FOR_EMPTY, aside)
    frame = _complete(frame)
    frame = _with_known_names(study, source, frame, units, aside)
    frame = _with_usable_numbers(source, frame, aside)
    doubled = frame.duplicated(KEY, keep=False)
    frame = aside.rows(frame, source.file, doubled, "indicator", "samma tal mer än en gång")
    return OBSERVATIONS.validate(_typed(frame), lazy=True), account(source.file, before, frame)


def _check_columns(source: Source) -> None:
    unknown = sorted(set(source.columns) - set(OBSERVATIONS.columns))
    if unknown:
        raise BadInput(
            f"study.yaml, {source.file}, columns: {', '.join(unknown)} is nothing that an observation has; "
            f"it has {', '.join(OBSERVATIONS.columns)}"
        )


def _complete(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every column as text, with what stands for an empty cell."""
    whole = frame.reindex(columns=[ROW, *OBSERVATIONS.columns], fill_value="")
    return whole.assign(**{name: whole[name].mask(whole[name] == "", word) for name, word in STANDS_FOR_EMPTY.items()})


def _with_known_names(
    study: Study, source: Source, frame: pd.DataFrame, units: pd.DataFrame, aside: Quarantine
) -> pd.DataFrame:
    names = {
        "unit": [*units["forbund"], COUNTRY],
        "period": [period.id for period in study.settings.periods],
        "gender": [*GENDERS, ALL],
        "kind": KINDS,
    }
    frame = aside.rows(frame, source.file, frame["indicator"] == "", "indicator", "indikator saknas")
    for column, allowed in names.items():
        frame = known(frame, source, column, pd.Series(allowed), aside)
    return frame


def _with_usable_numbers(source: Source, frame: pd.DataFrame, aside: Quarantine) -> pd.DataFrame:
    for column in COUNTS:
        negative = frame[column].str.fullmatch(r"[-\N{MINUS SIGN}]\d+")
        frame = aside.rows(frame, source.file, negative, column, "ett antal kan inte vara negativt")
        whole = frame[column].str.fullmatch(r"\d{1,9}") | (frame[column] == "")
        frame = aside.rows(frame, source.file, ~whole, column, "ett helt antal väntades")
    for column in ("value", "printed"):
        number = frame[column].str.fullmatch(NUMBER) | (frame[column] == "")
        frame = aside.rows(frame, source.file, ~number, column, "ett tal som 28 eller 28,5 väntades, utan enhet")
    more = (_whole(frame["x"]) > _whole(frame["n"])).fillna(False).astype("bool")
    return aside.rows(frame, source.file, more, "x", "x är större än n")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: _whole(frame[name]) for name in COUNTS}
    point = {name: frame[name].str.replace(",", ".") for name in ("value", "printed")}
    value = pd.to_numeric(point["value"].where(point["value"] != "")).astype("float64")
    typed = frame.assign(**{**numbers, **point, "value": value})
    return typed[list(OBSERVATIONS.columns)].reset_index(drop=True)


def _whole(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text.where(text != "")).astype("Int64")
