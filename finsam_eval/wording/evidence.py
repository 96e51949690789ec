"""How the numbers of validity were made and after whom, told from those that exist."""

from __future__ import annotations

import pandas as pd

from finsam_eval.language import said
from finsam_eval.results import Status
from finsam_eval.wording.shared import Text
from finsam_eval.wording.validity_change import change_method
from finsam_eval.wording.validity_content import content_validity_method

SOURCES = {
    "laddning": "Faktormodell: viktade minsta kvadrater på polykoriska korrelationer (Muthén 1984; Olsson 1979), en faktor, "
    "skalat och förskjutet test (Asparouhov och Muthén 2010). CFI: Bentler (1990); RMSEA: Steiger (1990); SRMR: Bentler "
    "(1995); gränser: Hu och Bentler (1999).",
    "H_i": "H: Mokken (1971), fel enligt Kuijpers, Van der Ark och Croon (2013).",
    "dif_kon": "Lika för kvinnor och män på samma nivå: ordinal logistisk regression på summan av gruppens frågor "
    "(Zumbo 1999), klasser efter Penfield (2007).",
    "invarians_kon:thresholds": "Samma modell för kvinnor och män: trösklar, laddningar, intercept i den ordningen (Wu och "
    "Estabrook 2016), skillnadstest efter Satorra (2000).",
    "auc": "AUC: DeLong, DeLong och Clarke-Pearson (1988), med förbund som kluster (Obuchowski 1997), intervall på "
    "logitskalan; odds: logistisk regression med slumpintercept för förbund, adaptiv Gauss–Hermite.",
    "andel_bekraftade": "Hypoteser: prövade tillsammans, tre av fyra bekräftade krävs (Prinsen m.fl. 2018, COSMIN).",
}


def evidence_method(coefficients: pd.DataFrame) -> Text | None:
    """What was computed of validity and after whom; None where nothing was."""
    ran = {str(name).split(":")[0] for name in coefficients.loc[coefficients["status"] == Status.OK, "statistic"]}
    ran |= set(coefficients.loc[coefficients["status"] == Status.OK, "statistic"])
    lines = [f"- {content_validity_method().markdown}"] if "i_cvi" in ran else []
    lines += [f"- {said(words)}" for name, words in SOURCES.items() if name in ran]
    changed = change_method(coefficients)
    lines += [changed.markdown] if changed else []
    return Text("\n".join(lines)) if lines else None
