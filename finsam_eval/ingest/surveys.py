"""One file of questionnaires, a row each → answers, a row each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from finsam_eval.codebook import Item
from finsam_eval.errors import BadDefinition, BadInput
from finsam_eval.ingest.answers import CONTRADICTION, Declared, read_answers
from finsam_eval.ingest.columns import dated, decoded, known
from finsam_eval.ingest.copies import without_copies
from finsam_eval.ingest.headings import Names
from finsam_eval.ingest.layouts import one_by_one, with_known_items
from finsam_eval.ingest.people import last_days, with_participation
from finsam_eval.ingest.places import placed
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW, Read, read_source
from finsam_eval.ingest.schemas import GENDERS
from finsam_eval.study import RESPONSE, WHOLE, ResponseSource, Study


@dataclass(frozen=True, kw_only=True)
class Survey:
    """One file as it was understood.

    `frame` has the rows that are kept, `answers` one row per questionnaire and item, with the `text` as delivered, the
    `reason` why it cannot be used (else empty), and whether it was `used`. `stray` are answers that nobody asked for.
    """

    source: ResponseSource
    read: Read
    items: list[Item]
    frame: pd.DataFrame
    answers: pd.DataFrame
    stray: pd.DataFrame


def read_survey(
    study: Study,
    source: ResponseSource,
    units: pd.DataFrame,
    insatser: pd.DataFrame,
    participations: pd.DataFrame,
    aside: Quarantine,
) -> Survey:
    """Return what one file says.

    An item that was asked and not answered is a row with `value` missing and the reason in `missing`.

    Raises
    ------
    BadInput
        When the file cannot be read as declared, or none of its columns is an item.
    """
    items = _items(study, source)
    names = Names(items, source.items)
    read = read_source(study.raw, source, Names([]) if source.long else names)
    frame = _handed_in(source, read.frame, aside)
    frame = _with_person(study, source, frame, insatser, participations, aside)
    frame = _with_time(study, source, frame, aside)
    day = frame["date"].fillna(last_days(study, frame["period"]))
    frame = placed(frame, source.file, day, units, insatser, aside)
    frame = with_known_items(frame, source, names, aside) if source.long else frame
    there = set(frame["item"].unique() if source.long else frame)
    items = [item for item in items if item.id in there]
    _refuse_no_items(source, items)
    frame = without_copies(frame, source, [item.id for item in items], aside)
    asked, stray = _asked(source, one_by_one(frame, source, items), items, aside)
    answers = _coded(study, source, asked, read, aside)
    return Survey(source=source, read=read, items=items, frame=frame, answers=answers, stray=stray)


def _refuse_no_items(source: ResponseSource, items: list[Item]) -> None:
    if not items and not source.long:
        raise BadInput(
            f"{source.file}: no column is a question that {source.respondent_group} answers in the codebook; run "
            f"finsam-eval map {source.file}, and write what it proposes in study.yaml"
        )


def _handed_in(source: ResponseSource, frame: pd.DataFrame, aside: Quarantine) -> pd.DataFrame:
    if source.completed is None:
        return frame
    return aside.rows(frame, source.file, frame["completed"] == "", "completed", "aldrig inlämnad")


def _items(study: Study, source: ResponseSource) -> list[Item]:
    items = [
        item
        for item in study.codebook.survey_items
        if source.respondent_group in item.respondent_groups and item.id != RESPONSE
    ]
    unknown = [name for name in source.items if name not in {item.id for item in items}]
    if unknown:
        raise BadDefinition(
            f"study.yaml, {source.file}, items: {', '.join(unknown)} is nothing that {source.respondent_group} answers "
            "in the codebook"
        )
    return items


def _with_person(
    study: Study,
    source: ResponseSource,
    frame: pd.DataFrame,
    insatser: pd.DataFrame,
    participations: pd.DataFrame,
    aside: Quarantine,
) -> pd.DataFrame:
    """Add insats, stated förbund, gender and whom the answer is about, from the participation or the row itself."""
    frame = aside.rows(frame, source.file, frame["respondent"] == "", "respondent", "pseudonym saknas")
    if "participation" in frame:
        frame = with_participation(frame, source, participations, aside)
        frame = frame.assign(forbund=frame.get("forbund", ""))
        group = next(g for g in study.codebook.groups if g.id == source.respondent_group)
        if group.rates_participant:
            return frame.assign(about=frame["person"]).drop(columns="person")
        other = frame["respondent"] != frame["person"]
        return aside.rows(frame, source.file, other, "respondent", "inte deltagandets person").assign(about="")
    frame = decoded(frame, source, ["gender"], {"gender": "okant"}, aside)
    if "insats" in frame:
        frame = known(frame, source, "insats", insatser["insats"], aside)
        frame = frame.assign(forbund=frame.get("forbund", ""))
    elif study.settings.sources.forbund is None:
        frame = frame.assign(forbund=WHOLE, insats="")
    else:
        frame = frame.assign(insats="")
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


def _asked(
    source: ResponseSource, answers: pd.DataFrame, items: list[Item], aside: Quarantine
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set aside answers to questions that are not asked at the occasion, and return both; leave the empty ones out."""
    place = pd.MultiIndex.from_frame(answers[["item", "occasion"]])
    asked = place.isin([(item.id, occasion) for item in items for occasion in item.occasions])
    stray = answers[~asked & (answers["text"] != "")]
    column = "answer" if source.long else stray["item"]
    aside.answers(stray, source.file, column, "frågan ställs inte vid tillfället", stray["text"])
    return answers[asked], stray


def _coded(study: Study, source: ResponseSource, answers: pd.DataFrame, read: Read, aside: Quarantine) -> pd.DataFrame:
    """Add `value`, turned where the item is reversed, `missing`, `reason`, and whether the answer was `used`."""
    coded = [_item_coded(study, source, name, part, read, aside) for name, part in answers.groupby("item", sort=False)]
    if not coded:
        text = pd.Series(dtype="str")
        return answers.assign(value=pd.Series(dtype="Int64"), missing=text, reason=text, used=False)
    return pd.concat(coded)


def _item_coded(
    study: Study, source: ResponseSource, item: str, answers: pd.DataFrame, read: Read, aside: Quarantine
) -> pd.DataFrame:
    scale = study.codebook.scale(item)
    column = "answer" if source.long else item
    missing = {**read.missing.get(column, {}), **source.missing}
    codes = read_answers(answers["text"], scale, Declared(source.answers, missing, read.labels.get(column, {})))
    _refuse_other_scale(source, column, answers[codes["reason"] == CONTRADICTION])
    for reason, part in answers.groupby(codes["reason"]):
        if reason:
            aside.answers(part, source.file, column, str(reason), part["text"])
    value = scale.min + scale.max - codes["value"] if study.codebook.item(item).reversed else codes["value"]
    used = (codes["reason"] == "") & (answers["text"] != "")
    return answers.assign(value=value, missing=codes["missing"], reason=codes["reason"], used=used)


def _refuse_other_scale(source: ResponseSource, column: str, contradicting: pd.DataFrame) -> None:
    # Where one label has another number than in the codebook, numbers without labels would be taken for other answers.
    if not contradicting.empty:
        raise BadInput(
            f"{source.file}, rad {contradicting[ROW].iloc[0]}, kolumn {column}: {CONTRADICTION}; skriv koden för varje "
            "text under answers i study.yaml"
        )
