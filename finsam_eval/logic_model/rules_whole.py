"""What is wrong with the document as a whole: areas that lack what the others have, budgets that do not add up."""

from __future__ import annotations

from finsam_eval.logic_model.findings import Found, Rule, named, quoted
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import Area, Budget
from finsam_eval.swedish import listing, whole

ASKED = {
    "target_group": "målgrupp",
    "participants": "deltagande",
    "partners": "samverkan",
    "purpose": "syfte",
    "benefit": "nytta",
    "duration": "tidsperiod",
    "measured": "hur det mäts",
    "follow_up": "hur ofta det följs upp",
    "responsible": "ansvarig",
}
"""What an area may say of itself, and what it is called."""


def _incomplete_area(model: LogicModel) -> Found:
    expected = [name for name in ASKED if 2 * sum(bool(_said(area, name)) for area in model.areas) > len(model.areas)]
    costed = {line.area for budget in model.budgets for line in budget.lines if line.area}
    for area in model.areas:
        lacking = [ASKED[name] for name in expected if not _said(area, name)]
        if 2 * len(costed) > len(model.areas) and area.id not in costed:
            lacking.append("egen budgetrad")
        if lacking:
            yield area, f"Området {quoted(area)} ({area.id}) saknar det som de flesta har: {listing(lacking)}."


def _said(area: Area, name: str) -> str:
    return str(getattr(area, name)).strip()


def _empty_area(model: LogicModel) -> Found:
    filled = {node.area for node in model.nodes} | {indicator.area for indicator in model.indicators}
    for area in model.areas:
        if area.id not in filled:
            yield area, f"Området {quoted(area)} ({area.id}) har inga egna rader: varken mål, aktiviteter eller mått."


def _degree_missing(model: LogicModel) -> Found:
    if any(node.degrees for node in model.nodes):
        for node in model.nodes:
            if node.level == "mal" and not node.degrees:
                yield node, f"För {named(node, start=False)} sägs ingen framgångsgrad, till skillnad från andra."


def _wrong_sum(model: LogicModel) -> Found:
    for budget in model.budgets:
        if budget.total is not None and budget.lines and round(budget.sum - budget.total, 2) > 0:
            lines, total = _money(budget.sum, budget), _money(budget.total, budget)
            yield budget, f"Raderna i {quoted(budget)} är tillsammans {lines}, men summan sägs vara {total}."


def _left_untold(model: LogicModel) -> Found:
    for budget in model.budgets:
        if budget.total is not None and budget.lines and round(budget.total - budget.sum, 2) > 0:
            told, left = _money(budget.sum, budget), _money(budget.total - budget.sum, budget)
            whole_sum = _money(budget.total, budget)
            yield budget, f"Av {whole_sum} i {quoted(budget)} är {told} fördelade på poster; {left} är inte redovisade."


def _two_totals(model: LogicModel) -> Found:
    for budget in model.budgets:
        for stated in budget.stated:
            if budget.total is not None and stated.amount != budget.total:
                apart = _money(abs(stated.amount - budget.total), budget)
                told = f"{quoted(budget)} är {_money(budget.total, budget)}, men {_money(stated.amount, budget)}"
                yield budget, f"{told} på ett annat ställe ({stated.where}): {apart} skiljer."


def _unbalanced(model: LogicModel) -> Found:
    for cost in model.budgets:
        incomes = [one for one in model.budgets if one.kind == "income" and one.period == cost.period]
        totals = [one.total for one in incomes if one.total is not None]
        if cost.kind == "cost" and cost.total is not None and len(totals) == 1 and totals[0] != cost.total:
            both = f"{_money(totals[0], cost)} och kostnaderna {_money(cost.total, cost)}"
            yield cost, f"Intäkterna är {both}: budgeten går inte ihop."


def _money(amount: float, budget: Budget) -> str:
    return f"{whole(amount)} {'kronor' if budget.currency == 'SEK' else budget.currency}"


WHOLE = [
    Rule("area_incomplete", "Område som saknar uppgifter", _incomplete_area, "Fyll i det som saknas."),
    Rule("area_without_goal", "Område utan innehåll", _empty_area, "Skriv in områdets mål, eller var de står."),
    Rule("degree_missing", "Framgångsgrad saknas", _degree_missing, "Ange vilken grad av framgång målet gäller."),
    Rule("budget_does_not_sum", "Budget som inte summerar", _wrong_sum, "Rätta raderna eller summan."),
    Rule(
        "budget_partly_told",
        "Budget som inte är fördelad",
        _left_untold,
        "Skriv de poster eller belopp som saknas, eller rätta summan.",
    ),
    Rule(
        "budget_said_two_ways",
        "Två summor för en budget",
        _two_totals,
        "Skriv samma summa på båda ställena, eller att den ena är avrundad.",
    ),
    Rule("budget_unbalanced", "Intäkter och kostnader skiljer sig", _unbalanced, "Rätta intäkterna eller kostnaderna."),
]
