"""Escapes and overkills of a run over the whole range of its threshold, and with a grey zone between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from kenpin.domain.error_rates import upper_bound

if TYPE_CHECKING:
    import pyarrow as pa

POINTS: Final = 200


class Costs(Struct, frozen=True):
    """The cost of each mistake, and the share of NG in production."""

    escape: float
    overkill: float
    defect_rate: float


class CurvePoint(Struct, frozen=True):
    """Mistakes at one threshold: scores at or above it are judged NG. Rates are None where nothing was counted."""

    threshold: float
    escapes: int
    overkills: int
    escape_rate: float | None
    overkill_rate: float | None
    cost: float
    """Expected cost per part in production"""


class ThresholdSweep(Struct, frozen=True):
    """The mistakes at every threshold that makes a difference, the lowest first."""

    ng: int
    ok: int
    table: pa.Table
    """threshold, escapes, overkills, cost, and how many of each verdict have just this score (`ng_here`, `ok_here`)"""
    costs: Costs

    def points(self) -> list[CurvePoint]:
        """Return at most POINTS points from end to end of the range."""
        most = len(self.table) - 1
        count = min(POINTS, len(self.table))
        return self._at(sorted({round(most * n / max(count - 1, 1)) for n in range(count)}))

    def cheapest(self) -> CurvePoint | None:
        """Return the point of least cost, the highest of several; None without an image."""
        import pyarrow.compute as pc

        if not len(self.table):
            return None
        least = pc.min(self.table["cost"]).as_py()
        return self._at([pc.indices_nonzero(pc.equal(self.table["cost"], least))[-1].as_py()])[0]

    def zero_escape(self) -> CurvePoint | None:
        """Return the highest threshold that no NG image stays below; None without an NG image."""
        import pyarrow.compute as pc

        if not self.ng:
            return None
        return self._at([pc.sum(pc.equal(self.table["escapes"], 0)).as_py() - 1])[0]

    def auroc(self) -> float | None:
        """Return the probability that an NG image scores higher than an OK one, ties half; None without both."""
        import pyarrow.compute as pc

        if not self.ng or not self.ok:
            return None
        ok_here = self.table["ok_here"]
        ok_below = pc.subtract(self.ok, self.table["overkills"])
        wins = pc.sum(pc.multiply(self.table["ng_here"], pc.add(ok_below, pc.multiply(ok_here, 0.5)))).as_py()
        return float(wins) / (self.ng * self.ok)

    def _at(self, places: list[int]) -> list[CurvePoint]:
        rows = self.table.take(places).to_pylist() if places else []
        return [
            CurvePoint(
                row["threshold"],
                row["escapes"],
                row["overkills"],
                row["escapes"] / self.ng if self.ng else None,
                row["overkills"] / self.ok if self.ok else None,
                row["cost"],
            )
            for row in rows
        ]


class GreyZone(Struct, frozen=True):
    """Two thresholds: below `low` a part is OK, from `high` on it is NG, and people look at those between."""

    low: float
    high: float
    images: int
    alone: int
    """Images that are decided without a person"""
    escapes: int
    overkills: int
    escape_bound: float | None
    """Of the NG images that are decided alone, as all bounds one-sided at 95 %"""
    overkill_bound: float | None
    looked_at: float
    """Share of the parts in production that people look at"""


def sweep(images: pa.Table, costs: Costs) -> ThresholdSweep:
    """Count the mistakes at every threshold. `images`: of `scored_images`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = pa.table({"score": images["score"], "ng": pc.cast(images["is_ng"], pa.int64())})
    by_score = counted.group_by("score").aggregate([("ng", "sum"), ("ng", "count")]).sort_by("score")
    ng_here, ok_here = by_score["ng_sum"], pc.subtract(by_score["ng_count"], by_score["ng_sum"])
    ng, ok = pc.sum(ng_here).as_py() or 0, pc.sum(ok_here).as_py() or 0
    escapes = pc.subtract(pc.cumulative_sum(ng_here), ng_here)
    overkills = pc.subtract(ok, pc.subtract(pc.cumulative_sum(ok_here), ok_here))
    of_escapes = costs.defect_rate * costs.escape / max(ng, 1)
    of_overkills = (1 - costs.defect_rate) * costs.overkill / max(ok, 1)
    table = {
        "threshold": by_score["score"],
        "escapes": escapes,
        "overkills": overkills,
        "cost": pc.add(pc.multiply(escapes, of_escapes), pc.multiply(overkills, of_overkills)),
        "ng_here": ng_here,
        "ok_here": ok_here,
    }
    return ThresholdSweep(ng, ok, pa.table(table), costs)


def point_at(images: pa.Table, threshold: float, costs: Costs) -> CurvePoint:
    """Return the mistakes at any one threshold."""
    import pyarrow.compute as pc

    judged_ng = pc.greater_equal(images["score"], threshold)
    is_ng = images["is_ng"]
    ng, ok = _count(is_ng), len(images) - _count(is_ng)
    escapes, overkills = _count(pc.and_not(is_ng, judged_ng)), _count(pc.and_not(judged_ng, is_ng))
    escape_rate, overkill_rate = escapes / max(ng, 1), overkills / max(ok, 1)
    cost = costs.defect_rate * costs.escape * escape_rate
    cost += (1 - costs.defect_rate) * costs.overkill * overkill_rate
    return CurvePoint(
        threshold, escapes, overkills, escape_rate if ng else None, overkill_rate if ok else None, cost
    )


def grey_zone(
    images: pa.Table, low: float, high: float, defect_rate: float, unfamiliar_from: float | None = None
) -> GreyZone:
    """Count what is decided alone.

    `unfamiliar_from`: people also look at images that are at least so far from what was learnt.
    """
    import pyarrow.compute as pc

    looked_at = pc.and_(pc.greater_equal(images["score"], low), pc.less(images["score"], high))
    if unfamiliar_from is not None:
        is_far = pc.fill_null(pc.greater_equal(images["unfamiliar"], unfamiliar_from), False)
        looked_at = pc.or_(looked_at, is_far)
    alone = images.filter(pc.invert(looked_at))
    ng, ok = _count(alone["is_ng"]), len(alone) - _count(alone["is_ng"])
    escapes = _count(pc.and_(alone["is_ng"], pc.less(alone["score"], low)))
    overkills = _count(pc.and_not(pc.greater_equal(alone["score"], high), alone["is_ng"]))
    all_ng = _count(images["is_ng"])
    all_ok = len(images) - all_ng
    seen_ng, seen_ok = 1 - ng / all_ng if all_ng else 0.0, 1 - ok / all_ok if all_ok else 0.0
    return GreyZone(
        low,
        high,
        len(images),
        len(alone),
        escapes,
        overkills,
        upper_bound(escapes, ng),
        upper_bound(overkills, ok),
        defect_rate * seen_ng + (1 - defect_rate) * seen_ok,
    )


def _count(flags: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    return pc.sum(flags).as_py() or 0
