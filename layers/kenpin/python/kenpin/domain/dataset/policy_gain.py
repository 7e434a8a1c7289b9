"""The gain of a policy over chance: a share among its picks less that among the random controls, with a bound."""

from math import sqrt

from msgspec import Struct

from kenpin.domain.dataset.agreement_statistics import wilson


class Share(Struct, frozen=True):
    """A part of a whole, in images."""

    part: int
    whole: int


class Gain(Struct, frozen=True):
    """A difference of two shares and its two-sided 95 % interval."""

    difference: float
    low: float
    high: float


def gain(picks: Share, controls: Share) -> Gain | None:
    """Return the share among the picks less that among the controls; None while one of them has no image.

    The interval is built of the two Wilson intervals (l₁, u₁) and (l₂, u₂): d − √((p₁−l₁)² + (u₂−p₂)²) to
    d + √((u₁−p₁)² + (p₂−l₂)²).
    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17
    (1998) 873–890, method 10.
    """
    first, second = wilson(picks.part, picks.whole), wilson(controls.part, controls.whole)
    if first is None or second is None:
        return None
    one, other = picks.part / picks.whole, controls.part / controls.whole
    difference = one - other
    low = difference - sqrt((one - first[0]) ** 2 + (second[1] - other) ** 2)
    high = difference + sqrt((first[1] - one) ** 2 + (other - second[0]) ** 2)
    return Gain(difference, low, high)
