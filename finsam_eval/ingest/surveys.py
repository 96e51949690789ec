"""Questionnaires, one row each → answers, one row each."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Item
from finsam_eval.errors import BadDefinition
from finsam_eval.ingest.people import PLACE, account, dated, decoded, known
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW, read_source
from finsam_eval.ingest.schemas import GENDERS, KEY, RESPONSES
from finsam_eval.study import RESPONSE, WHOLE, ResponseSource, Study

NOT_ANSWERED = "obesvarad"
UNUSABLE = "oläsligt svar"


def read_survey(
    study: Study,
    source: ResponseSource,
    units: pd.DataFrame,
    insatser: pd.DataFrame,
    participations: pd.DataFrame,
    aside: Quarantine,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the answers of one file, and its account in rows and in answers.

    An item that was asked and not answered is a row with `value` missing and the reason in `missing`.
    """
    items = _items(study, source)
    raw = read_source(study.raw, source, {item.id: source.items.get(item.id, item.id) for item in items})
    items = [item for item in items if item.id in raw]
    frame = _with_person(study, source, raw, units, insatser, participations, aside)
    frame = _with_time(study, source, frame, aside)
    frame = _without_copies(frame, source, [item.id for item in items], aside)
    answers = _answers(study, source, frame, items, aside)
    given = int((raw[[item.id for item in items]] != "").sum().sum())
    kept = answers[answers["value"].notna()]
    lines = [account(source.file, len(raw), frame), account(source.file, given, kept).assign(unit="svar")]
    return RESPONSES.validate(answers[list(RESPONSES.columns)], lazy=True), pd.concat(lines)


def _items(study: Study, source: ResponseSource) -> list[Item]:
    unknown = [name for name in source.items if name not in {item.id for item in study.codebook.items}]
    if unknown:
        raise BadDefinition(f"study.yaml, {source.file}, items: {', '.join(unknown)} is not in the codebook")
    return [
        item
        for item in study.codebook.survey_items
        if source.respondent_group in item.respondent_groups and item.id != RESPONSE
    ]


def _with_person(
    study: Study,
    source: ResponseSource,
    frame: pd.DataFrame,
    units: pd.DataFrame,
    insatser: pd.DataFrame,
    participations: pd.DataFrame,
    aside: Quarantine,
) -> pd.DataFrame:
    """Add förbund, insats, gender and whom the answer is about, from the participation or from the row itself."""
    frame = aside.rows(frame, source.file, frame["respondent"] == "", "respondent", "pseudonym saknas")
    if "participation" in frame:
        frame = known(frame, source, "participation", participations["participation"], aside)
        person = participations.rename(columns={"respondent": "person"})
        frame = frame.merge(person[["participation", "person", *PLACE, "gender"]], on="participation", how="left")
        group = next(g for g in study.codebook.groups if g.id == source.respondent_group)
        if group.rates_participant:
            return frame.assign(about=frame["person"]).drop(columns="person")
        other = frame["respondent"] != frame["person"]
        return aside.rows(frame, source.file, other, "respondent", "inte deltagandets person").assign(about="")
    frame = decoded(frame, source, ["gender"], {"gender": "okant"}, aside)
    if "insats" in frame:
        frame = known(frame, source, "insats", insatser["insats"], aside)
        frame = frame.drop(columns="forbund", errors="ignore").merge(insatser[PLACE], on="insats", how="left")
    elif study.settings.sources.forbund is None:
        frame = frame.assign(forbund=WHOLE, insats="")
    else:
        frame = known(frame, source, "forbund", units["forbund"], aside).assign(insats="")
    frame = frame.assign(participation="", about="", gender=frame.get("gender", "okant"))
    return aside.rows(frame, source.file, ~frame["gender"].isin(GENDERS), "gender", "okänt kön angivet")


def _with_time(study: Study, source: ResponseSource, frame: pd.DataFrame, aside: Quarantine) -> pd.DataFrame:
    """Add occasion, wave, retest and period."""
    frame = decoded(frame, source, ["occasion", "retest"], {"retest": "0"}, aside)
    if source.occasion is not None:
        frame = frame.assign(occasion=source.occasion)
    frame = known(frame, source, "occasion", pd.Series([o.id for o in study.codebook.occasions]), aside)
    wave = frame["wave"] if "wave" in frame else pd.Series("1", index=frame.index)
    frame = aside.rows(frame, source.file, ~wave.str.fullmatch(r"[1-9]\d?"), "wave", "omgång 1, 2, … väntades")
    frame = _with_period(study, source, frame, aside)
    retest = frame["retest"] == "1" if "retest" in frame else False
    return frame.assign(
        wave=wave.loc[frame.index].astype("int64"), retest=retest, respondent_group=source.respondent_group
    )


def _with_period(study: Study, source: ResponseSource, frame: pd.DataFrame, aside: Quarantine) -> pd.DataFrame:
    """Add the date and the atom it lies in, or the one period that the file is declared to be from."""
    if source.period is not None:
        return frame.assign(date=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]"), period=source.period)
    frame = dated(frame, source, "date", aside)
    period = pd.Series("", index=frame.index, dtype="str")
    for atom in study.atoms:
        inside = frame["date"].between(pd.Timestamp(atom.start), pd.Timestamp(atom.end))
        period = period.mask(inside, atom.id)
    return aside.rows(frame.assign(period=period), source.file, period == "", "date", "utanför studiens perioder")


def _without_copies(frame: pd.DataFrame, source: ResponseSource, items: list[str], aside: Quarantine) -> pd.DataFrame:
    """Keep the first of identical submissions; of submissions that contradict each other, none can be known right."""
    copy = frame.duplicated([*KEY, *items], keep="first")
    frame = aside.rows(frame, source.file, copy, "respondent", "samma svar inlämnat igen")
    return aside.rows(
        frame, source.file, frame.duplicated(KEY, keep=False), "respondent", "två olika svar av samma person"
    )


def _answers(
    study: Study, source: ResponseSource, frame: pd.DataFrame, items: list[Item], aside: Quarantine
) -> pd.DataFrame:
    names = [item.id for item in items]
    keep = [ROW, *KEY, "date", *PLACE, "gender"]
    answers = frame.melt(id_vars=keep, value_vars=names, var_name="item", value_name="text")
    answers["item"] = answers["item"].astype("str")
    asked = pd.Series(False, index=answers.index)
    for item in items:
        asked |= (answers["item"] == item.id) & answers["occasion"].isin(item.occasions)
    given = answers["text"] != ""
    stray = answers[given & ~asked]
    aside.answers(stray, source.file, stray["item"], "frågan ställs inte vid tillfället", stray["text"])
    answers = answers[asked]
    number = pd.to_numeric(answers["text"].where(answers["text"].str.fullmatch(r"[+-]?\d{1,9}"))).astype("Int64")
    scale = {item.id: study.codebook.scale(item.id) for item in items}
    low, high = (
        answers["item"].map({i: s.min for i, s in scale.items()}),
        answers["item"].map({i: s.max for i, s in scale.items()}),
    )
    for bad, reason in (
        (number.isna() & (answers["text"] != ""), "ett helt tal väntades"),
        (((number < low) | (number > high)).fillna(False), "utanför skalan"),
    ):
        aside.answers(answers[bad], source.file, answers.loc[bad, "item"], reason, answers.loc[bad, "text"])
    usable = number.notna() & number.between(low, high)
    turned = answers["item"].isin([item.id for item in items if item.reversed])
    value = number.where(~turned, low + high - number).where(usable)
    missing = (
        pd.Series("", index=answers.index, dtype="str")
        .mask(~usable, UNUSABLE)
        .mask(answers["text"] == "", NOT_ANSWERED)
    )
    return answers.assign(value=value.astype("Int64"), missing=missing).drop(columns=[ROW, "text"])
