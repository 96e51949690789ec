"""How answers come about in the simulated country: the parameters, and what follows from them in closed form.

The model is the graded response model with a normal ogive. An answer to item j has the latent response
``y = slope·θ + stable_j + noise_j + location`` of variance 1 around its location, and the code is the number of
thresholds below y. θ has variance 1: förbund + insats + person, and the person's part is mostly lasting.
In the usual parameters a = slope / √(1 − slope²) and b = threshold / slope (Samejima 1969).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, ndtr, ndtri

from finsam_eval.codebook import Codebook, Scale
from finsam_eval.errors import UnknownName

Floats = npt.NDArray[np.float64]

DEMO_KEY = "finsam-eval: demonyckeln ar offentlig"
"""The key of the demo's pseudonyms. Public, so the demo's pseudonyms protect nobody: there is nobody to protect."""

FORBUND_SHARE, INSATS_SHARE = 0.055, 0.065
"""Parts of θ's variance. Times slope² they are the item's latent ICC; the answered codes have a little less."""

LASTING = 0.8
"""Part of the person's variance that is the same at every occasion; the rest is drawn anew."""

STABLE = 0.5
"""Part of an item's own variance that returns when the same question is put to the same person days later."""

DYAD = 0.55
"""Latent correlation between a participant's answer and the staff member's about the same participant."""

IMPROVEMENT, TREND = 0.20, 0.08
"""True change of θ from under to avslut, and from the first half-year to the second."""

INTERVAL = "intervall"
"""The occasion every one to three months, between those at which the other items are asked."""

CHANGE_PER_MONTH = 0.03
"""True change of θ a month, from the answer under the insats on, in those who are asked anew every 1–3 months: in half
a year nearly what lies between under and avslut."""

GENDER_GAP = {2: -0.25, 7: -0.15}
"""Women minus men in the latent response of participants, by kärnindikator; 0 for the others.

θ is spread alike in women and men, so each gap is DIF: of two with the same θ the woman answers lower. These two are
small: they add about .01 and .003 to what explains an answer (Nagelkerke's R²), and .035 is called moderate.
"""

READ_DIFFERENTLY = ("K06b", -0.8)
"""The participants' item that women and men with the same θ read very differently, and women minus men in SD of the
latent response: DIF as large as it is for the usual classes to tell (`psychometrics.irt.dif`)."""

WOMEN, UNKNOWN = 0.57, 0.01
"""Share of women among those who state it, and of participants whose gender is another or unknown."""

OUTCOMES = {"arbete_studier_avslut": 0.24, "arbete_studier_6man": 0.27}
"""Share of Ja in the population of those who have finished."""

READINESS_ITEM = "K07a"
"""Readiness is the lasting part of this item's latent response at avslut, in SD."""

READINESS_LOG_ODDS, WOMAN_LOG_ODDS, OUTCOME_FORBUND_SD = 0.9, float(np.log(0.8)), 0.25
"""What one SD of readiness, being a woman and one SD of the förbund add to the log odds of Ja. An answer tells less of
what is to come than readiness itself: of a yes and a no the former has the higher answer in two thirds of the cases.
"""

PERIODS = {"2025H1": (0, 180), "2025H2": (181, 364)}
"""First and last day of the half-years, counted from 1 January 2025."""

ROUNDS = {"under": list(PERIODS), "avslut": list(PERIODS), "halvar": list(PERIODS), "ar": ["2025H2"]}
"""The half-years in which an occasion takes place."""

OCCASIONS = {
    "deltagare": ["under", "avslut"],
    "personal": ["under", "avslut"],
    "insatspersonal": ["halvar"],
    "forbundschef": ["halvar"],
    "styrelse": ["ar"],
    "parternas_chefsgrupp": ["ar"],
}
"""When each group is asked: boards and the parties' managers once a year, in the autumn."""

ITEMS = {
    "K01a": (0.77, 0.76), "K01b": (0.77, 0.76), "K02a": (0.76, 0.74), "K02b": (0.76, 0.74), "K03a": (0.73, 0.70),
    "K03b": (0.73, 0.70), "K03c": (0.78, 0.66), "K04a": (0.79, 0.72), "K04b": (0.79, 0.72), "K05a": (0.67, 0.66),
    "K05b": (0.72, 0.74), "K06a": (0.69, 0.68), "K06b": (0.72, 0.68), "K07a": (0.69, 0.70), "K07b": (0.72, 0.68),
    "K08a": (0.76, 0.70), "K08b": (0.66, 0.70), "K09a": (0.72, 0.72), "K09b": (0.60, 0.70), "K09c": (0.48, 0.64),
    "K09d": (0.74, 0.72), "K10a": (0.62, 0.64), "K12a": (0.70, 0.70), "K13a": (0.78, 0.74), "K13b": (0.80, 0.74),
    "K14a": (0.72, 0.74), "K14b": (0.64, 0.74), "K15a": (0.52, 0.66),
}  # fmt: skip
"""Per item: share in the top codes where the location is 0 (a man, under, first half-year), and slope."""


@dataclass(frozen=True)
class Instrument:
    """The codebook's survey items with their true parameters."""

    codebook: Codebook

    def __post_init__(self) -> None:
        """Refuse a codebook whose items have no parameters here."""
        strange = sorted({item.id for item in self.codebook.survey_items} ^ set(ITEMS))
        if strange:
            raise UnknownName(
                f"codebook {self.codebook.id}: the simulated country answers exactly the survey items of nns2015; "
                f"these are missing or unknown: {', '.join(strange)}"
            )

    def asked(self, group: str, *occasions: str) -> list[str]:
        """Items that `group` answers at any of the occasions, in the instrument's order; any occasion if none given."""
        wanted = set(occasions or OCCASIONS[group])
        return [i.id for i in self.codebook.survey_items if group in i.respondent_groups and wanted & {*i.occasions}]

    def moments(self, item: str, group: str) -> list[str]:
        """Occasions at which `group` is asked the item."""
        return [occasion for occasion in OCCASIONS[group] if occasion in self.codebook.item(item).occasions]

    def thresholds(self, item: str) -> Floats:
        """Thresholds of the item's latent response, lowest first."""
        return thresholds(ITEMS[item][0], self.codebook.scale(item))

    def top_share(self, item: str, mean: Floats, variance: float = 1.0) -> Floats:
        """Share of answers in the top codes where the latent response has these means and this variance."""
        cut = self.thresholds(item)[-self.codebook.scale(item).top]
        return np.asarray(ndtr((mean - cut) / np.sqrt(variance)), dtype=float)

    def gap(self, group: str, item: str) -> float:
        """Women minus men in the latent response: what goes for the whole kärnindikator, and for this item alone."""
        if group != "deltagare":
            return 0.0
        alone, size = READ_DIFFERENTLY
        return GENDER_GAP.get(self.codebook.karnindikator(item).number, 0.0) + size * (item == alone)

    def staff_pair(self, staff_item: str, occasion: str) -> str:
        """Return the participant's item that the staff member's item mirrors at the occasion."""
        asked = self.asked("deltagare", occasion)
        return next(name for name in asked if self.codebook.item(name).dyad == staff_item)


def thresholds(share: float, scale: Scale) -> Floats:
    """Return where a standard normal response is cut so that `share` of it lies in the scale's top codes.

    The top codes divide their share 7:10 from one code to the next higher, the codes below theirs 1:2.
    """
    below = len(scale.codes) - scale.top
    parts = np.concatenate([_split(1 - share, below, 0.5), _split(share, scale.top, 0.7)])
    return np.asarray(ndtri(parts.cumsum()[:-1]), dtype=float)


def _split(total: float, codes: int, ratio: float) -> Floats:
    weights = ratio ** np.arange(codes)[::-1]
    return np.asarray(total * weights / weights.sum(), dtype=float)


def location(slope: float, occasion: str, period: str) -> float:
    """Mean of the latent response at an occasion and half-year. Arrays and Series of them give an array."""
    return slope * (IMPROVEMENT * (occasion == "avslut") + TREND * (period == "2025H2"))


def reliability(slope: float) -> float:
    """Part of the latent response's variance that returns at a retest: θ and what is lasting in the item."""
    return slope**2 + STABLE * (1 - slope**2)


def returning(instrument: Instrument) -> dict[str, float]:
    """Correlation between codes about one person at two rounds of `INTERVAL`, by participant's and staff's item.

    What returns is the part of θ that lasts; a staff member sees it through the participant's answer only.
    """
    units = FORBUND_SHARE + INSATS_SHARE
    correlations = {}
    for staff in instrument.asked("personal", INTERVAL):
        own = instrument.staff_pair(staff, INTERVAL)
        slope = ITEMS[own][1]
        lasting = slope**2 * (units + LASTING * (1 - units))
        correlations[own] = within(instrument, own, lasting)
        correlations[staff] = within(instrument, staff, (DYAD / reliability(slope)) ** 2 * lasting)
    return correlations


def code_correlation(a: Floats, b: Floats, rho: float) -> float:
    """Pearson correlation between two codes whose standard normal responses correlate `rho` (0 ≤ rho < 1).

    a, b : thresholds of the two, relative to the mean of the response. Gauss–Hermite quadrature over the shared part.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()
    given = [ndtr((np.sqrt(rho) * nodes[:, None] - cuts) / np.sqrt(1 - rho)).sum(axis=1) for cuts in (a, b)]
    covariance = weights @ (given[0] * given[1]) - (weights @ given[0]) * (weights @ given[1])
    return float(covariance / np.sqrt(_code_variance(a) * _code_variance(b)))


def _code_variance(cuts: Floats) -> float:
    above = ndtr(-cuts)
    both = np.minimum.outer(above, above).sum()
    return float(both - above.sum() ** 2)


def population_top_two(instrument: Instrument, group: str, item: str, occasion: str) -> float:
    """Share in the top codes in the population, over genders and half-years."""
    return float(_mean_top_share(instrument, group, item, occasion, np.zeros(1), 1.0)[0])


def unit_top_two(instrument: Instrument, item: str, occasion: str, effects: Floats) -> Floats:
    """Share of participants in the top codes in insatser whose part of θ is known, over genders and half-years."""
    variance = 1 - ITEMS[item][1] ** 2 * (FORBUND_SHARE + INSATS_SHARE)
    return _mean_top_share(instrument, "deltagare", item, occasion, effects, variance)


def _mean_top_share(
    instrument: Instrument, group: str, item: str, occasion: str, effects: Floats, variance: float
) -> Floats:
    slope, women = ITEMS[item][1], WOMEN * (1 - UNKNOWN)
    genders = [(women, instrument.gap(group, item)), (1 - women, 0.0)]
    shares = [
        weight * instrument.top_share(item, slope * effects + location(slope, occasion, period) + gap, variance)
        for period, (weight, gap) in product(ROUNDS[occasion], genders)
    ]
    return np.asarray(np.sum(shares, axis=0) / len(ROUNDS[occasion]), dtype=float)


def gender_gap_top_two(instrument: Instrument, item: str, occasion: str) -> float:
    """Women minus men in the share in the top codes, mean over the half-years."""
    slope, gap = ITEMS[item][1], instrument.gap("deltagare", item)
    means = np.array([location(slope, occasion, period) for period in ROUNDS[occasion]])
    return float(np.mean(instrument.top_share(item, means + gap) - instrument.top_share(item, means)))


def dyads(instrument: Instrument) -> dict[tuple[str, str, str], float]:
    """Correlation between the codes of participant and staff, by (participant's item, staff's item, occasion)."""
    correlations = {}
    for occasion in OCCASIONS["personal"]:
        for staff in instrument.asked("personal", occasion):
            own = instrument.staff_pair(staff, occasion)
            mine, theirs = (_cuts(instrument, item, occasion) for item in (own, staff))
            correlations[own, staff, occasion] = code_correlation(mine, theirs, DYAD)
    return correlations


def _cuts(instrument: Instrument, item: str, occasion: str) -> Floats:
    return instrument.thresholds(item) - location(ITEMS[item][1], occasion, "2025H1")


def within(instrument: Instrument, item: str, rho: float) -> float:
    """Correlation between the codes of two answers to the same item whose latent responses correlate `rho`."""
    cuts = instrument.thresholds(item)
    return code_correlation(cuts, cuts, rho)


def outcome_intercept(share: float) -> float:
    """Log odds at readiness 0, for a man, that give `share` of Ja in the population."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    spread = nodes * np.hypot(READINESS_LOG_ODDS, OUTCOME_FORBUND_SD)
    women = WOMEN * (1 - UNKNOWN)

    def excess(intercept: float) -> float:
        men_share = weights @ expit(intercept + spread) / weights.sum()
        women_share = weights @ expit(intercept + WOMAN_LOG_ODDS + spread) / weights.sum()
        return float(women * women_share + (1 - women) * men_share - share)

    return float(brentq(excess, -6, 6))


def outcome_auc(instrument: Instrument, share: float) -> float:
    """Probability that of a Ja and a Nej the former answered `READINESS_ITEM` higher at the exit; ties count half."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()
    slope, women = ITEMS[READINESS_ITEM][1], WOMEN * (1 - UNKNOWN)
    lasting, intercept = reliability(slope), outcome_intercept(share)
    by_code = {answer: np.zeros(len(instrument.thresholds(READINESS_ITEM)) + 1) for answer in (True, False)}
    genders = [(women, instrument.gap("deltagare", READINESS_ITEM), WOMAN_LOG_ODDS), (1 - women, 0.0, 0.0)]
    for period, (part, gap, log_odds) in product(ROUNDS["avslut"], genders):
        mean = np.sqrt(lasting) * nodes + location(slope, "avslut", period) + gap
        above = ndtr((mean[:, None] - instrument.thresholds(READINESS_ITEM)) / np.sqrt(1 - lasting))
        codes = -np.diff(above, axis=1, prepend=1, append=0)
        spread = expit(intercept + log_odds + READINESS_LOG_ODDS * nodes[:, None] + OUTCOME_FORBUND_SD * nodes)
        yes = spread @ weights
        by_code[True] += part * (weights * yes) @ codes
        by_code[False] += part * (weights * (1 - yes)) @ codes
    yes, no = (counted / counted.sum() for counted in by_code.values())
    return float(yes @ (no.cumsum() - no / 2))
