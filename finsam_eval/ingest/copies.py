"""A person's questionnaire that was handed in twice: in one file, or in two files of one group.

The rule is one: of submissions that say the same the first is kept; of those that say different things none can be
known right, and none is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.files import file_hash
from finsam_eval.ingest.answers import NOT_ANSWERED
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.schemas import KEY
from finsam_eval.study import ResponseSource, Study

SAME, OTHER = "samma svar inlämnat igen", "två olika svar av samma person"

WHICH = "place"
"""Which of a group's files an answer stands in; one file may be declared several times."""


def judged(frame: pd.DataFrame, key: Sequence[str], content: Sequence[str]) -> pd.Series:
    """Return why each submission is not kept: it says the `SAME` as one before, or an `OTHER` thing; else empty."""
    copy = frame.duplicated([*key, *content], keep="first")
    differing = frame[~copy].duplicated(key, keep=False).reindex(frame.index, fill_value=False)
    return pd.Series("", index=frame.index, dtype="str").mask(copy, SAME).mask(differing, OTHER)


def without_copies(
    frame: pd.DataFrame, source: ResponseSource, items: Sequence[str], aside: Quarantine
) -> pd.DataFrame:
    """Keep what one file has once; a file with one row per answer is judged answer by answer."""
    key, content = ([*KEY, "item"], ["answer"]) if source.long else (KEY, list(items))
    why = judged(frame, key, content)
    for reason in (SAME, OTHER):
        frame = aside.rows(frame, source.file, why.loc[frame.index] == reason, "respondent", reason)
    return frame


def copied_elsewhere(answers: Sequence[pd.DataFrame], files: Sequence[str]) -> list[pd.Series]:
    """Return, for each file of one group, why the answers of a questionnaire are not kept; empty where they are.

    answers : one row per questionnaire and item of a file, as understood: the same answer in words and in figures is
        the same
    files : their names, told in the reason

    A questionnaire whose questions are divided between files is one questionnaire: files are held against each other
    only where both have an answer, or none, to the same question of the same person.
    """
    whole = pd.concat([part.assign(**{WHICH: place}) for place, part in enumerate(answers)])
    twice = whole[whole.duplicated([*KEY, "item"], keep=False)]
    if twice.empty:
        return [pd.Series("", index=part.index, dtype="str") for part in answers]
    sheet = [*KEY, WHICH]
    met = pd.MultiIndex.from_frame(whole[sheet]).isin(pd.MultiIndex.from_frame(twice[sheet]))
    sheets = _one_row_each(whole[met], sheet)
    sheets = sheets.assign(why=judged(sheets, KEY, ["said"]), file=sheets[WHICH].map(dict(enumerate(files))))
    both = sheets.groupby(KEY)["file"].transform(lambda names: ", ".join(dict.fromkeys(names)))
    sheets = sheets.assign(why=sheets["why"].mask(sheets["why"] != "", sheets["why"] + " (i " + both + ")"))
    told = whole[sheet].merge(sheets[[*sheet, "why"]], on=sheet, how="left")["why"].fillna("").set_axis(whole.index)
    return [told[whole[WHICH] == place] for place in range(len(answers))]


def _one_row_each(answers: pd.DataFrame, sheet: list[str]) -> pd.DataFrame:
    """Return one row per questionnaire and file, in the files' order, with all that it says as one text."""
    said = answers["item"] + "=" + answers["value"].astype("str").fillna(answers["missing"])
    given = answers.assign(said=said.mask(answers["missing"] == NOT_ANSWERED, "")).sort_values("item")
    rows = given.groupby(sheet, as_index=False)["said"].agg(lambda texts: "|".join(filter(None, texts)))
    return rows.sort_values(WHICH, ignore_index=True)


def refuse_same_file(study: Study, sources: Sequence[ResponseSource]) -> None:
    """Refuse the same file under two names; a file of nobody may be like another.

    Raises
    ------
    BadInput
        With both names.
    """
    first: dict[str, str] = {}
    for file in dict.fromkeys(source.file for source in sources):
        same = first.setdefault(file_hash(study.raw / file), file)
        if same != file:
            raise BadInput(
                f"{file} and {same} in data/raw are the same file, byte for byte, and would be counted twice: take one "
                "of them out of study.yaml"
            )
