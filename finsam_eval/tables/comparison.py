"""What those who may see everything are shown of how förbund, women and men, and persons compare."""

from __future__ import annotations

import math

import pandas as pd

from finsam_eval.compare import nonresponse, ranks, tiers
from finsam_eval.contrasts import cell_of, funnel_of, same_persons, spread_of, weighted_shares
from finsam_eval.inside import Inside
from finsam_eval.results import COUNTRY, Status
from finsam_eval.swedish import DASH, decimal, percent, percent_interval, points, points_interval, whole
from finsam_eval.tables.shared import Table, cell, interval_cell, item_label, number_cell, share_cell

TIER_LABELS = {"insats": "Insats", "forbund": "Förbund", "lan": "Län", COUNTRY: "Riket"}


def each_forbund(inside: Inside, *, group: str, occasion: str, item: str) -> Table:
    """Per förbund: its share, its place in the funnel with adjusted p, its reliability, and the smoothed share."""
    rows = cell_of(inside.study, inside.records, group=group, occasion=occasion, item=item)
    chosen = inside.contrasts[
        (inside.contrasts[["respondent_group", "occasion", "item"]] == [group, occasion, item]).all(axis=1)
    ]
    beside, smoothed = (chosen[chosen["statistic"] == kind].set_index("unit") for kind in ("mot_riket", "utjamnad"))
    found = funnel_of(rows)
    tested = found.units if found is not None else beside.assign(flag="", p_adjusted=float("nan"))
    lines = [
        [
            unit,
            number_cell(rows.loc[[unit]], "n"),
            share_cell(rows.loc[[unit]]),
            interval_cell(rows.loc[[unit]]),
            tested.loc[unit, "flag"] or "inom gränserna" if unit in tested.index else DASH,
            _number(tested["p_adjusted"].get(unit), 3),
            _number(beside.loc[unit, "reliability"], 2),
            "nej" if beside.loc[unit, "status"] != Status.OK else "ja",
            cell(smoothed.loc[[unit]], lambda row: percent(row["value"])),
            interval_cell(smoothed.loc[[unit]]),
        ]
        for unit in beside.index
    ]
    columns = ["Förbund", "Svar", "Andel", "Osäkerhet", "I tratten", "p (BH)", "Reliabilitet", "Kan jämföras"]
    columns += ["Utjämnad", "Osäkerhet"]
    return Table(f"{_whom(inside, group, occasion)}: {item} i varje förbund", columns, lines, empty="ingen har svarat.")


def dispersion(inside: Inside, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: how much förbund differ beyond chance: φ, τ² raw and winsorised, ICC, and answers needed."""
    lines = []
    for item in inside.study.codebook.survey_items:
        asked = group in item.respondent_groups and occasion in item.occasions
        if item.sensitivity != "opinion" or not asked:
            continue
        rows = cell_of(inside.study, inside.records, group=group, occasion=occasion, item=item.id)
        beside, spread = funnel_of(rows), spread_of(rows)
        if beside is None:
            continue
        numbers = (beside.phi, beside.phi_winsorised, beside.tau2, beside.tau2_winsorised, spread.icc)
        limits = f"{_number(spread.icc_lower, 3)}{DASH}{_number(spread.icc_upper, 3)}"
        told = ranks(spread).rankability
        lines.append(
            [item_label(item), str(beside.tested), *[_number(n, 3) for n in numbers], limits, _number(told, 2)]
        )
    columns = ["Mätpunkt", "Förbund", "φ", "φ wins.", "τ²", "τ² wins.", "ICC", "Osäkerhet", "Rangordningsbarhet"]
    return Table(f"{_whom(inside, group, occasion)}: hur mycket förbunden skiljer sig utöver slumpen", columns, lines)


def rank_intervals(inside: Inside, *, group: str, occasion: str, item: str) -> Table:
    """Per förbund, in the study's order: between which ranks it may lie. Never a league table without these."""
    found = ranks(spread_of(cell_of(inside.study, inside.records, group=group, occasion=occasion, item=item)))
    lines = [
        [
            str(row.Index),
            whole(row.n),
            f"{row.lower:.0f}{DASH}{row.upper:.0f}",
            percent(row.p_highest),
            percent(row.p_lowest),
        ]
        for row in found.units.itertuples()
        if row.status == Status.OK
    ]
    columns = ["Förbund", "Svar", "Plats, 95 %", "Sannolikt bland den högsta fjärdedelen", "Bland den lägsta"]
    caption = f"{_whom(inside, group, occasion)}: {item}, mellan vilka platser varje förbund kan ligga"
    return Table(caption, columns, lines, empty=found.reason)


def every_tier(inside: Inside, *, group: str, occasion: str, item: str) -> Table:
    """Insats, förbund, län and the country: the share of one mätpunkt at each."""
    lan = inside.units.set_index("forbund")["lan"]
    study = inside.study
    found = tiers(inside.counts, lan, series=(group, occasion, item), codebook=study.codebook, periods=study.periods)
    rows = found[found["period"] == study.settings.report_period] if len(found) else found
    lines = [
        [
            f"{TIER_LABELS[row['tier']]} {row['unit']}" if row["tier"] != COUNTRY else "Riket",
            whole(row["n"]),
            percent(row["value"]),
            percent_interval(row["lower"], row["upper"]),
        ]
        for _, row in rows[rows["status"] == Status.OK].iterrows()
    ]
    columns = ["Nivå", "Svar", "Andel", "Osäkerhet"]
    return Table(f"{_whom(inside, group, occasion)}: {item} på varje nivå", columns, lines, empty="ingen har svarat.")


def paired_changes(inside: Inside, *, group: str) -> Table:
    """Per pair of mätpunkter: the change among the same persons, and how many answered only once."""
    study = inside.study
    found = same_persons(inside.responses, study.codebook, group=group, atoms=study.atoms_in_report)
    lines = [
        [
            f"{row['before']} → {row['after']}",
            whole(row["n"]),
            cell(one, lambda row: f"{percent(row['share_before'])} → {percent(row['share_after'])}"),
            cell(one, lambda row: points(row["value"])),
            cell(one, lambda row: points_interval(row["lower"], row["upper"]), otherwise=DASH),
            cell(one, lambda row: decimal(row["p"], 3), otherwise=DASH),
            f"{row['only_before']}, {row['only_after']}",
        ]
        for number, row in found.iterrows()
        for one in [found.loc[[number]]]
    ]
    columns = ["Mätpunkter", "Personer", "Andel", "Förändring", "Osäkerhet", "p (mid-p)", "Bara före, bara efter"]
    caption = f"{study.codebook.group_label(group)}: samma personer vid båda tillfällena, procentenheter"
    return Table(caption, columns, lines, empty="ingen fråga ställs vid två tillfällen.")


def response_by_group(inside: Inside, *, group: str, occasion: str) -> Table:
    """Who answered: the rate of each gender and period beside the others', and the R-indicator."""
    rows, caption = _asked(inside, group, occasion), f"{_whom(inside, group, occasion)}: vilka svarade"
    if rows.empty:
        return Table(
            f"{_whom(inside, group, occasion)}: vilka svarade", [], [], empty="antalet inbjudna är inte angivet."
        )
    names = (rows["gender"] + ", " + rows["period"]).to_numpy()
    found = nonresponse(rows["answered"].to_numpy(), rows["invited"].to_numpy(), names)
    lines = [
        [
            str(row.group),
            whole(row.invited),
            percent(row.rate) if row.invited else DASH,
            percent_interval(row.lower, row.upper) if row.invited else DASH,
            points(row.difference) if pd.notna(row.difference) else DASH,
        ]
        for row in found.groups.itertuples()
    ]
    alike = found.representativity
    told = DASH if alike.value is None else f"{decimal(alike.value, 2)}"
    limits = DASH if alike.lower is None else f"{decimal(alike.lower, 2)}{DASH}{decimal(alike.upper or math.nan, 2)}"
    lines.append(["R-indikator (1: alla grupper svarar lika ofta)", whole(found.n), told, limits, DASH])
    columns = ["Grupp", "Inbjudna", "Svarade", "Osäkerhet", "Mot övriga"]
    return Table(caption, columns, lines)


def weighted(inside: Inside, *, group: str, occasion: str) -> Table:
    """Per mätpunkt: the country's share as it is and weighted to those invited."""
    study = inside.study
    found = weighted_shares(
        inside.responses, inside.answered, study.codebook, series=(group, occasion), atoms=study.atoms_in_report
    )
    lines = [
        [
            str(row["item"]),
            whole(row["n"]),
            percent(row["share"], 1) if pd.notna(row["share"]) else DASH,
            cell(found.loc[[number]], lambda row: percent(row["value"], 1)),
            interval_cell(found.loc[[number]]),
        ]
        for number, row in found.iterrows()
    ]
    columns = ["Mätpunkt", "Svar", "Andel", "Vägd andel", "Osäkerhet"]
    caption = f"{_whom(inside, group, occasion)}: riket, vägt efter inbjudna per förbund och per kön"
    return Table(caption, columns, lines, empty="ingen har svarat.")


def _asked(inside: Inside, group: str, occasion: str) -> pd.DataFrame:
    rows = inside.answered
    rows = rows[(rows["respondent_group"] == group) & (rows["occasion"] == occasion)]
    return rows[rows["period"].isin(inside.study.atoms_in_report) & (rows["invited"] > 0)]


def _number(value: float | None, digits: int) -> str:
    return DASH if value is None or pd.isna(value) else decimal(value, digits)


def _whom(inside: Inside, group: str, occasion: str) -> str:
    codebook = inside.study.codebook
    return f"{codebook.group_label(group)} {codebook.occasion_label(occasion)}"
