"""What is missing among the answers, and what that does: for those who may see everything."""

from __future__ import annotations

import pandas as pd

from finsam_eval.inside import Inside
from finsam_eval.psychometrics import handled_gaps, little_mcar, missing_patterns
from finsam_eval.psychometrics.gaps import COMPLETE, IMPUTED, PAIRWISE
from finsam_eval.results import ALL, Status
from finsam_eval.swedish import DASH, decimal, percent, percent_interval, points, points_interval, whole
from finsam_eval.tables.instrument import whom
from finsam_eval.tables.reliability import value_cell
from finsam_eval.tables.shared import GENDER_LABELS, Table


def missing_answers(inside: Inside) -> Table:
    """Per group and occasion: who answered everything, how many patterns of gaps, and Little's test of chance."""
    rows = []
    for (group, occasion), sheet in inside.sheets.items():
        found, test = missing_patterns(sheet), little_mcar(sheet)
        p = f"p = {decimal(test.p, 3)}" if test.p is not None else f"{test.status}"
        most = found.items.loc[found.items["share"].idxmax()]
        rows.append(
            [
                whom(inside.study.codebook, group, occasion),
                whole(found.n),
                percent(found.complete or 0.0),
                whole(len(found.patterns)),
                f"{most['item']} ({percent(most['share'])})",
                p,
            ]
        )
    columns = ["Vem och när", "Enkäter", "Svarat på allt", "Mönster", "Oftast utelämnad", "Slumpmässigt? (Little)"]
    return Table("Vad som saknas i enkäterna (INTERN)", columns, rows, empty="ingen har svarat.")


def handled(inside: Inside) -> Table | None:
    """Per declared item set: alpha by three ways to handle gaps."""
    rows = []
    for item_set in inside.study.codebook.item_sets:
        key = (item_set.respondent_group, item_set.occasion)
        if key in inside.sheets:
            found = handled_gaps(inside.sheets[key][item_set.items])
            alpha = found.estimates[found.estimates["statistic"] == "alfa"].set_index("handling")
            information = DASH if found.missing_information is None else percent(found.missing_information)
            cells = [value_cell(alpha.loc[way]) for way in (COMPLETE, PAIRWISE, IMPUTED)]
            rows.append([item_set.label, whole(found.n), *cells, information])
    columns = ["Grupp av frågor", "Svarat på något", "Fullständiga", "Parvis", "Imputerade", "Saknad information"]
    return Table("Alfa med tre sätt att hantera luckor (INTERN)", columns, rows) if rows else None


def dropouts(inside: Inside, *, group: str, first: str, second: str) -> Table | None:
    """Who answered at the first occasion and not at the second: by gender, and by what they had answered."""
    found = inside.dropout(group, first, second)
    if found.status is not Status.OK:
        return None
    share = found.share
    everyone = {"group": ALL, "n": found.n, "share": share.value, "lower": share.lower, "upper": share.upper}
    rows = [_group(pd.Series({**everyone, "difference": None}))]
    rows += [_group(row) for _, row in found.groups.iterrows()]
    rows += [_item(row) for _, row in found.items.iterrows() if pd.notna(row["difference"])]
    columns = ["Vilka", "Personer", "Svarade inte sedan", "Skillnad mot övriga"]
    codebook = inside.study.codebook
    caption = f"Svarade {codebook.occasion_label(first)} men inte {codebook.occasion_label(second)} (INTERN)"
    return Table(caption, columns, rows)


def _group(row: pd.Series) -> list[str]:
    against = (
        f"{points(row['difference'])} ({points_interval(row['d_lower'], row['d_upper'])})"
        if pd.notna(row["difference"])
        else DASH
    )
    lost = f"{percent(row['share'])} ({percent_interval(row['lower'], row['upper'])})"
    return [GENDER_LABELS[row["group"]], whole(row["n"]), lost, against]


def _item(row: pd.Series) -> list[str]:
    difference, lower, upper = (decimal(row[name], 2) for name in ("difference", "lower", "upper"))
    standard = f"{difference} standardavvikelser ({lower} till {upper})"
    means = f"medel {decimal(row['mean_lost'], 2)}, övriga {decimal(row['mean_stayed'], 2)}"
    return [f"Svar på {row['item']}", whole(row["n_lost"] + row["n_stayed"]), means, standard]
