"""Do the mätpunkter measure what they should? Every coefficient of validity that a study allows, in one table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.hypotheses import Hypotheses
from finsam_eval.psychometrics.change_rows import of_change
from finsam_eval.psychometrics.hypotheses import of_hypotheses
from finsam_eval.psychometrics.outcome_rows import of_outcomes
from finsam_eval.psychometrics.panel_rows import of_panel
from finsam_eval.psychometrics.properties import sheets_of, typed
from finsam_eval.psychometrics.questionnaires import QUESTIONNAIRE, first_hand, in_time
from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS
from finsam_eval.psychometrics.structure_rows import of_structure
from finsam_eval.study import Outcome


def validity_coefficients(
    responses: pd.DataFrame,
    participations: pd.DataFrame,
    ratings: pd.DataFrame,
    codebook: Codebook,
    *,
    outcomes: Sequence[Outcome],
    hypotheses: Hypotheses | None,
    atoms: Sequence[str],
) -> pd.DataFrame:
    """Return what a panel says, what the sets measure, what came of the answers, how they change, what was expected.

    responses, participations, ratings : the tables that ingest writes; each may be empty.
    outcomes, hypotheses : what the study declares. atoms : ids of the periods to use, in time order.

    Returns
    -------
    DataFrame
        Columns of `COEFFICIENT_COLUMNS`.
    """
    answers = in_time(responses, codebook, atoms)
    gender = answers.drop_duplicates(QUESTIONNAIRE).set_index(QUESTIONNAIRE)["gender"]
    rows = [
        *of_panel(ratings, codebook),
        *of_structure(sheets_of(first_hand(answers), codebook), gender, codebook),
        *of_outcomes(responses, participations, codebook, outcomes, atoms),
        *of_change(responses, participations, codebook, atoms),
    ]
    if hypotheses is not None:
        rows += of_hypotheses(responses, participations, hypotheses, codebook, outcomes, atoms)
    return typed(pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS))
