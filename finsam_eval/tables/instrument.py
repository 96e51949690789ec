"""What was asked, of whom, and how it was answered, as tables that fit any instrument."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd

from finsam_eval.codebook import Codebook, Scale
from finsam_eval.language import headings, said
from finsam_eval.results import ALL
from finsam_eval.study import RESPONSE
from finsam_eval.swedish import DASH, between, percent, whole
from finsam_eval.tables.shared import Table, item_label
from finsam_eval.tables.units import response
from finsam_eval.view import View


def whom(codebook: Codebook, group: str, occasion: str) -> str:
    """Return who answered and when: "Deltagare vid avslut"."""
    return f"{codebook.group_label(group)} {codebook.occasion_label(occasion)}"


def briefly(codebook: Codebook, group: str, occasion: str, item: str) -> str:
    """Return an item's id with who answered and when, for tables beside the one that has the wording."""
    return f"{item}, {whom(codebook, group, occasion).lower()}"


def instrument(codebook: Codebook) -> Table:
    """Every question as the respondent reads it, who answers, when, and on which scale."""
    rows = [
        [
            item_label(item),
            ", ".join(codebook.group_label(group) for group in item.respondent_groups),
            ", ".join(codebook.occasion_label(occasion) for occasion in item.occasions),
            _ends(codebook.scale(item.id)),
        ]
        for item in codebook.survey_items
        if item.sensitivity == "opinion"
    ]
    return Table(said("Frågorna, ordagrant"), headings("Fråga", "Vem", "När", "Skala"), rows)


def invitations(view: View) -> Table | None:
    """Invited, answered and response rate; None where the study does not keep invitations."""
    return response(view) if (view.records["item"] == RESPONSE).any() else None


def distributions(view: View) -> Table | None:
    """Per question the share of each answer, where the whole distribution may be shown; None where it nowhere may."""
    counts = view.counts[
        (view.counts["unit"] == view.unit)
        & (view.counts["period"] == view.period)
        & (view.counts["gender"] == ALL)
        & (view.counts["detail"] == "fordelning")
    ]
    told = {key: part for key, part in counts.groupby(["respondent_group", "occasion", "item"], observed=True)}
    asked = [key for key in _asked(view.codebook) if key in told]
    codes = sorted({code for _, _, item in asked for code in view.codebook.scale(item).codes})
    rows = [
        [briefly(view.codebook, *key), *_shares(told[key], codes, view.codebook.scale(key[2]).codes)] for key in asked
    ]
    columns = [*headings("Fråga", "Svar"), *(str(code) for code in codes)]
    caption = said("Svarens fördelning, {period}", period=view.period_label)
    return Table(caption, columns, rows) if rows else None


def _ends(scale: Scale) -> str:
    if len(scale.codes) <= 2:
        return " / ".join(scale.label(code) for code in scale.codes)
    low, high = (scale.label(code) for code in (scale.min, scale.max))
    return between(_numbered(scale.min, low), _numbered(scale.max, high))


def _numbered(code: int, label: str) -> str:
    return label if label.startswith(str(code)) else f"{code} {label}"


def _asked(codebook: Codebook) -> Iterator[tuple[str, str, str]]:
    """Give every group, occasion and item of opinion in the order of the instrument."""
    items = [item.id for item in codebook.survey_items if item.sensitivity == "opinion"]
    return product([group.id for group in codebook.groups], [occasion.id for occasion in codebook.occasions], items)


def _shares(rows: pd.DataFrame, codes: list[int], known: list[int]) -> list[str]:
    tally = {int(code): n for code, n in zip(rows["category"].astype("str"), rows["n"], strict=True)}
    total = sum(tally.values())
    return [whole(total), *(percent(tally.get(code, 0) / total) if code in known else DASH for code in codes)]
