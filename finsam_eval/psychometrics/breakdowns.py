"""The same coefficients for women and men by themselves, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.agreement import weighted_kappa
from finsam_eval.psychometrics.groups import women_and_men
from finsam_eval.psychometrics.properties import set_of, sheets_of
from finsam_eval.psychometrics.questionnaires import PERSON, QUESTIONNAIRE, first_hand, in_time, retests
from finsam_eval.psychometrics.reliability import cronbach_alpha
from finsam_eval.psychometrics.rows import ITEM, ITEM_SET, SUBJECT
from finsam_eval.results import RECORD_COLUMNS, Estimate

BREAKDOWN_COLUMNS = [*SUBJECT, "gender", *RECORD_COLUMNS]


def by_gender(responses: pd.DataFrame, codebook: Codebook, atoms: Sequence[str]) -> pd.DataFrame:
    """Return alpha of the declared sets and weighted kappa of the retests for women, for men, and their difference.

    The answers are those of `measurement_properties`. Groups that are too small have a status and a reason.

    Returns
    -------
    DataFrame
        Columns of `BREAKDOWN_COLUMNS`; gender is kvinna, man or the difference.
    """
    answers = in_time(responses, codebook, atoms)
    parts = [*_sets(first_hand(answers), codebook), *_retested(answers, codebook)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=BREAKDOWN_COLUMNS)


def _sets(answers: pd.DataFrame, codebook: Codebook) -> Iterator[pd.DataFrame]:
    gender = answers.drop_duplicates(QUESTIONNAIRE).set_index(QUESTIONNAIRE)["gender"]
    sheets = sheets_of(answers, codebook)
    for item_set in codebook.item_sets:
        key = (item_set.respondent_group, item_set.occasion)
        if key in sheets and len(item_set.items) > 1:
            rows = set_of(sheets[key], item_set, codebook)
            found = women_and_men(rows, gender.reindex(rows.index), cronbach_alpha)
            yield _named(found, ITEM_SET, item_set.id, item_set.label, *key, "alfa")


def _retested(answers: pd.DataFrame, codebook: Codebook) -> Iterator[pd.DataFrame]:
    gender = answers.drop_duplicates(PERSON).set_index(PERSON)["gender"]
    for (group, occasion, item), pairs in retests(answers).groupby(["respondent_group", "occasion", "item"]):
        whose = gender.reindex(pd.MultiIndex.from_frame(pairs[PERSON]))
        found = women_and_men(pairs[["first", "second"]], whose, _kappa)
        yield _named(found, ITEM, item, codebook.item(item).wording, group, occasion, "vagd_kappa")


def _kappa(pairs: pd.DataFrame) -> Estimate:
    return weighted_kappa(pairs["first"], pairs["second"], "quadratic")


def _named(
    found: pd.DataFrame, kind: str, subject: str, label: str, group: str, occasion: str, statistic: str
) -> pd.DataFrame:
    place = dict(zip(SUBJECT, (kind, subject, label, group, occasion, statistic), strict=True))
    return found.assign(**place)[BREAKDOWN_COLUMNS]
