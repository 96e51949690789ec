"""What the columns of a delivered file seem to mean, proposed for a person to confirm."""

from finsam_eval.ingest.rewording import as_compared, difference, likeness
from finsam_eval.mapping.model_read import read_model, write_model
from finsam_eval.mapping.model_template import write_template
from finsam_eval.mapping.proposal import Match, propose, reworded
from finsam_eval.mapping.written import as_excel, as_yaml, summary, told_difference, write_proposal

__all__ = [
    "Match",
    "as_compared",
    "as_excel",
    "as_yaml",
    "difference",
    "likeness",
    "propose",
    "read_model",
    "reworded",
    "summary",
    "told_difference",
    "write_model",
    "write_proposal",
    "write_template",
]
