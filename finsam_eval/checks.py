"""Tables held against each other: what does not fit together, how often, and what to do. Counted, never listed.

Nothing is set aside here: rows that cannot be right lie in quarantine already. These may be right, but should be looked
into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.cube import answered, more_answers_than_invited
from finsam_eval.ingest import Ingested
from finsam_eval.ingest.places import NOT_OWNER
from finsam_eval.ingest.schemas import KEY
from finsam_eval.study import AT_END, Study

COLUMNS = ["check", "file", "rows", "among", "remedy"]

AFTER_END = 92
"""Days: some exit questions are asked as late as three months after the end. Later, it may be another participation."""

RETEST_WITHIN = 60
"""Days between test and retest: after more, what differs may be the person and not the measurement."""

ALIKE = 6
"""Answers a questionnaire must have before it means anything that all of them are the same."""

SMALLEST = 5
"""Persons in a class: in a smaller one, somebody who knows gender, insats and start may know the person."""

MANY_UNUSABLE = 1 / 5
"""Part of the answers given to a question that may be set aside before what is left may say something else."""

MANY_BEYOND = 1 / 20
"""Part of the answers given to a question whose numbers come next after the scale's ends, before it is no slip."""

EARLY = "svar före deltagandets start"
LATE = f"avslutssvar mer än {AFTER_END} dagar efter deltagandets slut"
NO_OWN_ANSWER = "personalens svar utan deltagarens eget"
NO_STAFF_ANSWER = "deltagarens svar utan personalens"
SAME_ANSWERS = f"minst {ALIKE} svar, alla lika"
NO_FIRST_TEST = "omtest utan första test"
LATE_RETEST = f"omtest mer än {RETEST_WITHIN} dagar efter testet"
MORE_THAN_INVITED = "grupper med fler svar än inbjudna"
UNUSABLE = "frågor där mer än en femtedel av de givna svaren lagts undan"
OTHER_SCALE = "frågor där svaren kan ha en annan skala än kodbokens"
NOBODY = "filer utan rader under rubriken"

LOUD = (OTHER_SCALE, UNUSABLE)
"""Checks that mean that what is counted may be wrong: told where the files are read, too."""

REMEDIES = {
    EARLY: "jämför datum i enkäten och i deltagandet; det kan vara ett annat deltagande",
    LATE: "jämför datum i enkäten och i deltagandet; det kan vara ett annat deltagande",
    NO_OWN_ANSWER: "inget, om deltagaren avstått; annars kan deltagandets id vara fel",
    NO_STAFF_ANSWER: "inget, om personalen inte tillfrågats; annars kan deltagandets id vara fel",
    SAME_ANSWERS: "svaren räknas med; är de många i en grupp, fråga hur enkäten lämnas ut",
    NO_FIRST_TEST: "se efter om det första svaret ligger i karantän eller i en annan fil",
    LATE_RETEST: "räkna med att skillnader kan vara verkliga förändringar",
    MORE_THAN_INVITED: "svarsfrekvensen räknas inte för dem; rätta inbjudningarna",
    UNUSABLE: (
        "de svar som är kvar kan ge en skev bild: läs orsakerna i karantänen, och skriv vad svaren betyder under "
        "answers eller missing i study.yaml"
    ),
    OTHER_SCALE: (
        "kodbokens skala är ett antagande: fråga vilken skala enkäten hade, och byt skala i en egen kodbok, eller "
        "skriv vad siffrorna betyder under answers eller missing i study.yaml"
    ),
    NOBODY: "inget, om ingen är kvar i filen; annars kan den ha exporterats fel",
    NOT_OWNER: "raderna ligger i karantän; rätta förbund, insats eller ägandets datum",
}
"""What may be amiss, and what to do about it."""


@dataclass(frozen=True)
class KAnonymity:
    """How many persons share gender, insats and half-year of start.

    There are `persons` in `classes`; the least class has `smallest`, and `exposed` are in classes under `SMALLEST`. A
    person in two insatser is in two classes and counted in each.
    """

    persons: int
    classes: int
    smallest: int
    exposed: int

    @property
    def share(self) -> float | None:
        """Part of the persons in classes under `SMALLEST`; None where there is nobody."""
        return self.exposed / self.persons if self.persons else None


def check_tables(study: Study, tables: Ingested) -> pd.DataFrame:
    """Return what was checked across the tables: check, file, rows that do not fit, among how many, what to do.

    A row is a questionnaire; for invitations a group, for what could be read a question, named beside its file. A check
    that had nothing to look at has no row. Questionnaires without dates are not judged by date.
    """
    files: dict[str, str] = {}
    for source in study.settings.sources.responses:
        files[source.respondent_group] = ", ".join(filter(None, [files.get(source.respondent_group), source.file]))
    sheets = _questionnaires(tables.responses, study.codebook)
    judged = {check: judge(sheets, tables, study.codebook) for check, judge in JUDGES.items()}
    found = [
        {"check": check, "file": files[str(group)], "rows": int(bad.sum()), "among": len(bad)}
        for check, fits in judged.items()
        for group, bad in fits.groupby(sheets.loc[fits.index, "respondent_group"], sort=False)
    ]
    found += _invitations(study, tables) + _owners(tables) + _legible(tables) + _of_nobody(tables)
    return pd.DataFrame(found, columns=COLUMNS[:4]).assign(remedy=lambda frame: frame["check"].map(REMEDIES))


def k_anonymity(participations: pd.DataFrame) -> KAnonymity:
    """Return how far gender, insats and half-year of start tell participants apart; anonymous ones are left out."""
    named = participations[~participations["anonymous"]]
    half = named["start"].dt.year.astype("str") + "H" + ((named["start"].dt.month > 6) + 1).astype("str")
    sizes = named.assign(half=half).groupby(["gender", "insats", "half"])["respondent"].nunique()
    return KAnonymity(
        persons=int(sizes.sum()),
        classes=len(sizes),
        smallest=int(sizes.min()) if len(sizes) else 0,
        exposed=int(sizes[sizes < SMALLEST].sum()),
    )


def _questionnaires(responses: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return one row per questionnaire with a usable answer: key, date, how many answers and how many unlike."""
    given = responses[responses["value"].notna()]
    turned = {item.id: _ends(codebook, item.id) for item in codebook.survey_items if item.reversed}
    as_given = (given["item"].map(turned).astype("Int64") - given["value"]).fillna(given["value"])
    rows = given.assign(as_given=as_given).groupby(KEY, as_index=False, sort=False)
    return rows.agg(date=("date", "first"), answers=("item", "size"), unlike=("as_given", "nunique"))


def _ends(codebook: Codebook, item: str) -> int:
    scale = codebook.scale(item)
    return scale.min + scale.max


def _early(sheets: pd.DataFrame, tables: Ingested, _: Codebook) -> pd.Series:
    rows = _with_dates(sheets, tables)
    return rows["date"] < rows["start"]


def _late(sheets: pd.DataFrame, tables: Ingested, _: Codebook) -> pd.Series:
    rows = _with_dates(sheets[sheets["occasion"] == AT_END], tables)
    return rows["date"] > rows["end"] + pd.Timedelta(days=AFTER_END)


def _with_dates(sheets: pd.DataFrame, tables: Ingested) -> pd.DataFrame:
    """Return the dated questionnaires about a participation, with its start and end; not said of an anonymous one."""
    of_one = sheets[(sheets["participation"] != "") & sheets["date"].notna()]
    dates = tables.participations.set_index("participation")[["start", "end"]]
    return of_one.join(dates, on="participation")


def _no_own_answer(sheets: pd.DataFrame, _: Ingested, codebook: Codebook) -> pd.Series:
    return _without(*_sides(sheets, codebook))


def _no_staff_answer(sheets: pd.DataFrame, _: Ingested, codebook: Codebook) -> pd.Series:
    staff, own = _sides(sheets, codebook)
    return _without(own, staff)


def _sides(sheets: pd.DataFrame, codebook: Codebook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return questionnaires by those who rate participants, and by participants; none unless there are both."""
    rating = sheets["respondent_group"].isin([group.id for group in codebook.groups if group.rates_participant])
    first_hand = (sheets["participation"] != "") & ~sheets["retest"]
    staff, own = sheets[first_hand & rating], sheets[first_hand & ~rating]
    return (staff, own) if len(staff) and len(own) else (staff.iloc[:0], own.iloc[:0])


def _without(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    key = ["participation", "occasion", "period"]
    met = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(others[key]))
    return pd.Series(~met, index=rows.index)


def _same_answers(sheets: pd.DataFrame, _: Ingested, __: Codebook) -> pd.Series:
    enough = sheets[sheets["answers"] >= ALIKE]
    return enough["unlike"] == 1


def _no_first_test(sheets: pd.DataFrame, _: Ingested, __: Codebook) -> pd.Series:
    return _with_first_test(sheets)["first"].isna()


def _late_retest(sheets: pd.DataFrame, _: Ingested, __: Codebook) -> pd.Series:
    rows = _with_first_test(sheets).dropna(subset=["first"])
    return rows["date"] - rows["first"] > pd.Timedelta(days=RETEST_WITHIN)


def _with_first_test(sheets: pd.DataFrame) -> pd.DataFrame:
    """Return the dated retests with the date of the latest answer before them, by the same person about the same."""
    same = ["respondent", "participation", "about", "respondent_group", "occasion"]
    dated = sheets[sheets["date"].notna()]
    tests = dated.loc[~dated["retest"], [*same, "date"]].rename(columns={"date": "first"})
    pairs = dated.loc[dated["retest"], [*same, "date"]].reset_index(names="place").merge(tests, on=same)
    latest = pairs[pairs["first"] <= pairs["date"]].groupby("place")["first"].max()
    return dated[dated["retest"]].join(latest)


JUDGES: dict[str, Callable[[pd.DataFrame, Ingested, Codebook], pd.Series]] = {
    EARLY: _early,
    LATE: _late,
    NO_OWN_ANSWER: _no_own_answer,
    NO_STAFF_ANSWER: _no_staff_answer,
    SAME_ANSWERS: _same_answers,
    NO_FIRST_TEST: _no_first_test,
    LATE_RETEST: _late_retest,
}
"""Check → which of the questionnaires it looks at do not fit."""


def _invitations(study: Study, tables: Ingested) -> list[dict[str, object]]:
    source = study.settings.sources.invited
    if source is None:
        return []
    groups = answered(tables.responses, tables.invited)
    kept = groups.groupby(["respondent_group", "occasion"])["invited"].transform("sum") > 0
    over = more_answers_than_invited(groups)
    return [{"check": MORE_THAN_INVITED, "file": source.file, "rows": len(over), "among": int(kept.sum())}]


def _owners(tables: Ingested) -> list[dict[str, object]]:
    rows = tables.quarantine[tables.quarantine["reason"] == NOT_OWNER].groupby("file").size()
    read = tables.account[tables.account["unit"] == "rader"].groupby("file")["read"].sum()
    return [{"check": NOT_OWNER, "file": file, "rows": n, "among": int(read[file])} for file, n in rows.items()]


def _legible(tables: Ingested) -> list[dict[str, object]]:
    """Return by file how many questions lost many answers, and how many of those to what may be another scale."""
    limits = {UNUSABLE: ("unusable", MANY_UNUSABLE), OTHER_SCALE: ("beyond", MANY_BEYOND)}
    given = tables.legible[tables.legible["given"] > 0]
    found: list[dict[str, object]] = []
    for file, questions in given.groupby("file", sort=False):
        for check, (column, limit) in limits.items():
            many = questions.loc[questions[column] > limit * questions["given"], "item"]
            named = f"{file}: {', '.join(many)}" if len(many) else file
            found.append({"check": check, "file": named, "rows": len(many), "among": len(questions)})
    return found


def _of_nobody(tables: Ingested) -> list[dict[str, object]]:
    lines = tables.account[tables.account["unit"] == "rader"]
    empty = lines.loc[lines["read"] == 0, "file"].unique()
    return [{"check": NOBODY, "file": file, "rows": 1, "among": lines["file"].nunique()} for file in empty]


def loud(checks: pd.DataFrame) -> list[str]:
    """Return what must be seen to before the numbers are used, a line for each check and file."""
    found = checks[checks["check"].isin(LOUD) & (checks["rows"] > 0)]
    return [f"{row.check} ({row.file})" for row in found.itertuples()]
