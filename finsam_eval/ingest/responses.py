"""Every file of questionnaires → one table of answers, each questionnaire once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from finsam_eval.ingest.answers import OFF_SCALE
from finsam_eval.ingest.columns import NOT_READ, account
from finsam_eval.ingest.copies import copied_elsewhere, refuse_same_file
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.schemas import KEY, RESPONSES, no_rows
from finsam_eval.ingest.surveys import Survey, read_survey
from finsam_eval.study import Study

LEGIBLE = ["file", "item", "given", "unusable", "beyond"]
"""Per file and item: answers given in the rows that are kept, those of them set aside, and those with a number that
comes next after the scale's ends."""


class Responses(NamedTuple):
    """The answers of every file, the account of them in rows and in answers, and how `legible` each item was."""

    table: pd.DataFrame
    account: pd.DataFrame
    legible: pd.DataFrame


def read_responses(
    study: Study, units: pd.DataFrame, insatser: pd.DataFrame, participations: pd.DataFrame, aside: Quarantine
) -> Responses:
    """Return the answers of a study; none where it has no file of them.

    Raises
    ------
    BadInput
        When a file cannot be read as declared, or two names stand for the same file.
    """
    sources = study.settings.sources.responses
    surveys = [read_survey(study, source, units, insatser, participations, aside) for source in sources]
    refuse_same_file(study, [survey.source for survey in surveys if survey.read.rows])
    surveys = _each_once(surveys, aside)
    if not surveys:
        return Responses(no_rows(RESPONSES), NOT_READ, pd.DataFrame(columns=LEGIBLE))
    answers = pd.concat([survey.answers[list(RESPONSES.columns)] for survey in surveys], ignore_index=True)
    return Responses(
        table=RESPONSES.validate(answers, lazy=True),
        account=pd.concat([_account(survey) for survey in surveys], ignore_index=True),
        legible=pd.concat([_legible(study, survey) for survey in surveys], ignore_index=True),
    )


def _each_once(surveys: Sequence[Survey], aside: Quarantine) -> list[Survey]:
    """Return the surveys without questionnaires that another file of the same group has too."""
    kept = list(surveys)
    for group in dict.fromkeys(survey.source.respondent_group for survey in surveys):
        places = [place for place, survey in enumerate(surveys) if survey.source.respondent_group == group]
        if len(places) > 1:
            members = [surveys[place] for place in places]
            why = copied_elsewhere([one.answers for one in members], [one.source.file for one in members])
            for place, reasons in zip(places, why, strict=True):
                kept[place] = _without(surveys[place], reasons, aside)
    return kept


def _without(survey: Survey, why: pd.Series, aside: Quarantine) -> Survey:
    """Set aside the rows of the questionnaires that are not kept, each with its reason."""
    if (why == "").all():
        return survey
    gone = survey.answers.assign(why=why)[why != ""].drop_duplicates(KEY).set_index(KEY)["why"]
    frame = survey.frame
    of_rows = gone.reindex(pd.MultiIndex.from_frame(frame[KEY])).fillna("").set_axis(frame.index)
    for reason in gone.unique():
        frame = aside.rows(frame, survey.source.file, of_rows.loc[frame.index] == reason, "respondent", str(reason))
    return replace(survey, frame=frame, answers=survey.answers[why == ""])


def _account(survey: Survey) -> pd.DataFrame:
    """Return the account of one file: in rows, and in answers that were given."""
    file, read = survey.source.file, survey.read
    texts = read.frame[["answer"] if survey.source.long else [item.id for item in survey.items]]
    given, kept = int((texts != "").to_numpy().sum()), int(survey.answers["used"].sum())
    line = {"unit": "svar", "read": given, "kept": kept, "quarantined": given - kept}
    return pd.concat([account(file, read, survey.frame), account(file, read, survey.answers).assign(**line)])


def _legible(study: Study, survey: Survey) -> pd.DataFrame:
    answers = survey.answers[survey.answers["text"] != ""]
    given, strays = answers.groupby("item").size(), survey.stray.groupby("item").size()
    unusable = answers[answers["reason"] != ""].groupby("item").size()
    off = {str(item): rows["text"] for item, rows in answers[answers["reason"] == OFF_SCALE].groupby("item")}
    lines = [
        {
            "file": survey.source.file,
            "item": item.id,
            "given": given.get(item.id, 0) + strays.get(item.id, 0),
            "unusable": unusable.get(item.id, 0) + strays.get(item.id, 0),
            "beyond": beyond(off[item.id], study.codebook.scale(item.id).codes) if item.id in off else 0,
        }
        for item in survey.items
    ]
    return pd.DataFrame(lines, columns=LEGIBLE)


def beyond(texts: pd.Series, scale: Sequence[int]) -> int:
    """Return how many answers have a number off the scale that continues it upwards or downwards without a gap."""
    codes = pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    found, run = set(codes.dropna()), set()
    for step, code in ((1, max(scale) + 1), (-1, min(scale) - 1)):
        while code in found:
            run.add(code)
            code += step
    return int(codes.isin(run).sum())
