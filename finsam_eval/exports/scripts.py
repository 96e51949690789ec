"""An R script per declared item set: psych's alpha and lavaan's one-factor model on the exported answers."""

from __future__ import annotations

from collections.abc import Mapping

from finsam_eval.codebook import Codebook, ItemSet

IDENTIFIED = 3
"""Fewer items do not determine a factor."""

SCRIPT = """\
# INTERN. {title}
# Kör skriptet i mappen där {data} ligger. Paket: psych och lavaan.
svar <- read.csv2("{data}", fileEncoding = "UTF-8-BOM")
svar <- subset(svar, i_analysen == 1 & occasion == "{occasion}")
hela <- c({complete})   # den som inte svarat på alla dessa räknas inte
fragor <- c({items})
underlag <- svar[, hela, drop = FALSE]
underlag[matrix(unlist(underlag) %in% c({missing}), nrow(underlag))] <- NA   # koder för varför svaret saknas
underlag <- na.omit(underlag)[, fragor, drop = FALSE]

alfa <- psych::alpha(underlag, check.keys = FALSE)
cat(sprintf("alfa %.9f n %d\\n", alfa$total$raw_alpha, nrow(underlag)))
{model}"""

MODEL = """
# En faktor, med svaren som ordnade kategorier (WLSMV).
modell <- "faktor =~ {factor}"
passning <- lavaan::cfa(modell, data = underlag, std.lv = TRUE, ordered = fragor, estimator = "WLSMV")
lavaan::summary(passning, fit.measures = TRUE, standardized = TRUE)
"""

NO_MODEL = """
# Två frågor bestämmer ingen faktor; se Spearman-Brown i stället.
"""


def script(item_set: ItemSet, codebook: Codebook, *, data: str, reasons: Mapping[str, int]) -> str:
    """Return the script of one item set.

    data : the exported CSV file of the set's respondent group
    reasons : why an answer is missing → its code in that file

    In R: ``psych::alpha``, ``lavaan::cfa(…, ordered = …, estimator = "WLSMV")``
    """
    model = MODEL if len(item_set.items) >= IDENTIFIED else NO_MODEL
    return SCRIPT.format(
        title=" ".join(f"{item_set.label} ({item_set.id}).".split()),
        data=data,
        occasion=item_set.occasion,
        complete=_quoted(_complete(item_set, codebook)),
        items=_quoted(item_set.items),
        missing=", ".join(str(code) for code in sorted(reasons.values())),
        model=model.format(factor=" + ".join(item_set.items)),
    )


def _complete(item_set: ItemSet, codebook: Codebook) -> list[str]:
    """Return the items that a respondent must have answered for the set's `cases` rule."""
    if item_set.cases == "own":
        return item_set.items
    key = (item_set.respondent_group, item_set.occasion)
    declared = [one.items for one in codebook.item_sets if (one.respondent_group, one.occasion) == key]
    return list(dict.fromkeys(name for names in declared for name in names))


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
