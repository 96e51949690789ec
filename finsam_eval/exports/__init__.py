"""Ways out for colleagues: answers for SPSS and R (inside), released tables for Excel, the instrument on paper."""

from finsam_eval.exports.colleagues import export
from finsam_eval.exports.questionnaire import codebook_csv, questionnaires, write_codebook_csv, write_questionnaires
from finsam_eval.exports.released import released_workbook, write_released
from finsam_eval.exports.scripts import script

__all__ = [
    "codebook_csv",
    "export",
    "questionnaires",
    "released_workbook",
    "script",
    "write_codebook_csv",
    "write_questionnaires",
    "write_released",
]
