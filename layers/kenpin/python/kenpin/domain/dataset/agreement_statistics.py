"""Statistics of agreement between people: Cohen's and Fleiss' kappa, and the confidence interval of a rate."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return the agreement of two people beyond chance, at most 1; None when they have no image in common.

    κ = (p_o − p_e) / (1 − p_e); p_o is the share of images on which both say the same, p_e the share expected if
    each kept their own proportions of verdicts and chose at random: Σ_k p_1k p_2k.
    When both give the same verdict everywhere, p_e is 1 and κ is set to 1.
    Source: J. Cohen, A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20 (1960) 37–46.
    """
    if not pairs:
        return None
    total = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / total
    expected = sum(first[verdict] * second[verdict] for verdict in first) / total**2
    return _beyond_chance(observed, expected)


def fleiss_kappa(images: Sequence[Sequence[str]]) -> float | None:
    """Return the agreement of people beyond chance; `images[i]` holds the verdicts on one image.

    κ = (P̄ − P_e) / (1 − P_e); P̄ is the mean of `agreement` over the images, P_e = Σ_k p_k² with p_k the share of
    verdict k among all verdicts. Images judged by fewer than two people are left out; None when none is left.
    With as many people on every image this is the measure of J. L. Fleiss, Measuring nominal scale agreement among
    many raters, Psychol. Bull. 76 (1971) 378–382; with varying numbers it weighs every image alike.
    When all give the same verdict everywhere, it is set to 1.
    """
    compared = [verdicts for verdicts in images if len(verdicts) > 1]
    if not compared:
        return None
    shares = Counter(verdict for verdicts in compared for verdict in verdicts)
    total = shares.total()
    observed = sum(agreement(verdicts) or 0.0 for verdicts in compared) / len(compared)
    return _beyond_chance(observed, sum((n / total) ** 2 for n in shares.values()))


def _beyond_chance(observed: float, expected: float) -> float:
    return 1.0 if expected >= 1 else (observed - expected) / (1 - expected)


def agreement(verdicts: Sequence[str]) -> float | None:
    """Return the share of pairs of people with the same verdict, 0..1; None for fewer than two (Fleiss' P_i)."""
    pairs = list(combinations(verdicts, 2))
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """Return the two-sided 95 % interval of the rate `part` / `whole`; None when `whole` is 0.

    (p̂ + z²/2n ± z √(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n).
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209–212.
    """
    if whole == 0:
        return None
    rate, square = part / whole, Z_95**2
    middle = rate + square / (2 * whole)
    spread = Z_95 * sqrt(rate * (1 - rate) / whole + square / (4 * whole**2))
    scale = 1 + square / whole
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return (0.0 if part == 0 else low, 1.0 if part == whole else high)
