"""Tables of persons → counts. After this step nobody stands alone in a row; every margin is a sum of these."""

from __future__ import annotations

import pandas as pd

from finsam_eval.results import UNKNOWN
from finsam_eval.study import AT_END, REGISTER, RESPONSE, Outcome, Period

CELL = ["forbund", "insats", "respondent_group", "occasion", "period", "gender"]
CUBE = [*CELL, "item", "category", "n"]
SERIES = ["respondent_group", "occasion", "item"]

_QUESTIONNAIRE = ["respondent", "participation", "about", "respondent_group", "occasion", "period"]


def latest(responses: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count: no retests, and of several waves in a period the latest."""
    first_hand = responses[~responses["retest"]]
    last = first_hand.groupby(_QUESTIONNAIRE)["wave"].transform("max")
    return first_hand[first_hand["wave"] == last]


def count(
    responses: pd.DataFrame,
    participations: pd.DataFrame,
    invited: pd.DataFrame,
    *,
    outcomes: list[Outcome],
    atoms: list[Period],
) -> pd.DataFrame:
    """Return the cube: how many gave each answer, in every atom of förbund, insats, group, occasion, time and gender.

    Survey answers, response (item `svarat`) and outcomes lie in it side by side. Missing answers are not counted;
    anonymous participants have no outcomes.

    Returns
    -------
    DataFrame
        Columns of `CUBE`, sorted; only atoms with n > 0.
    """
    counting = latest(responses)
    parts = [
        _tally(counting[counting["value"].notna()].rename(columns={"value": "category"})),
        _response_cube(answered(responses, invited)),
        *(_outcome_cube(participations, outcome, atoms) for outcome in outcomes),
    ]
    cube = pd.concat(parts, ignore_index=True)
    return cube[cube["n"] > 0].sort_values(CUBE[:-1], ignore_index=True)


def without_rare_gender(cube: pd.DataFrame, fewest: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cube without the unknown gender where the whole country has fewer than `fewest` such answers.

    Beside published women, men and total, those few could be worked out; rather than hide every woman and man for
    them, they are left out. All series of a group and occasion leave them out where any does, the response too: else
    the difference between two numbers of answers would tell how many they are. The second frame says how many were
    left out of each series.
    """
    rare = cube["gender"] == UNKNOWN
    sums = cube[rare].groupby(SERIES)["n"].sum()
    few = sums[sums.groupby(level=SERIES[:2]).transform("min") < fewest]
    out = rare & pd.MultiIndex.from_frame(cube[SERIES]).isin(few.index)
    return cube[~out].reset_index(drop=True), few.rename("n").reset_index()


def answered(responses: pd.DataFrame, invited: pd.DataFrame) -> pd.DataFrame:
    """Return invited and answered questionnaires per cell; a questionnaire with no usable answer is not answered."""
    given = latest(responses)
    given = given[given["value"].notna()].drop_duplicates(_QUESTIONNAIRE)
    came = given.groupby(CELL, as_index=False).size().rename(columns={"size": "answered"})
    both = invited.merge(came, on=CELL, how="outer")
    return both.fillna({"invited": 0, "answered": 0}).astype({"invited": "int64", "answered": "int64"})


def more_answers_than_invited(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells whose response cannot be counted: more answers than invitations, where these are kept."""
    kept = table.groupby(["respondent_group", "occasion"])["invited"].transform("sum") > 0
    return table[kept & (table["answered"] > table["invited"])]


def missing_answers(responses: pd.DataFrame) -> pd.DataFrame:
    """Return how many answers were asked for and how many are missing, per förbund, group, occasion and item.

    Unsuppressed: with it hidden counts could be worked out, so it stays inside.
    """
    counting = latest(responses)
    rows = counting.assign(missing=counting["missing"] != "")
    key = ["forbund", *SERIES]
    return rows.groupby(key, as_index=False).agg(asked=("missing", "size"), missing=("missing", "sum"))


def _tally(rows: pd.DataFrame) -> pd.DataFrame:
    tally = rows.groupby([*CELL, "item", "category"], as_index=False).size().rename(columns={"size": "n"})
    return tally.astype({"category": "int64"})[CUBE]


def _response_cube(table: pd.DataFrame) -> pd.DataFrame:
    known = table[table["invited"] >= table["answered"]]
    came = known[CELL].assign(category=1, n=known["answered"])
    stayed_away = known[CELL].assign(category=0, n=known["invited"] - known["answered"])
    return pd.concat([came, stayed_away]).assign(item=RESPONSE)[CUBE]


def _outcome_cube(participations: pd.DataFrame, outcome: Outcome, atoms: list[Period]) -> pd.DataFrame:
    ended = participations[participations[outcome.column].notna() & ~participations["anonymous"]]
    period = pd.Series("", index=ended.index, dtype="str")
    for atom in atoms:
        period = period.mask(ended["end"].between(pd.Timestamp(atom.start), pd.Timestamp(atom.end)), atom.id)
    rows = ended.assign(
        period=period, item=outcome.id, category=ended[outcome.column], respondent_group=REGISTER, occasion=AT_END
    )
    return _tally(rows[rows["period"] != ""])
