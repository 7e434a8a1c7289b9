"""The table of `kenpin model drift`: a line for each day and value of a capture condition."""

from __future__ import annotations

from functions.api.drift.answers import Distances, Drift, DriftOfDay
from host.cli.output import line, table


def describe(drift: Drift, limit: int) -> None:
    """Print the distances of the training images, then the newest days."""
    line(f"training images: {_of(drift.reference)}")
    rows = (
        (
            day.day,
            day.value,
            day.images,
            _decimal(day.distances.median),
            _decimal(day.distances.high),
            day.distances.unfamiliar,
            day.judged_ng,
            f"{day.labelled_ng} of {day.labelled}",
            _decimal(day.gap),
            _state(day),
        )
        for day in drift.days[:limit]
    )
    columns = (
        "day",
        drift.by,
        "images",
        "median",
        "95 %",
        "unfamiliar",
        "judged NG",
        "labelled NG",
        "gap",
        "drift",
    )
    table(*columns, rows=rows)


def _of(distances: Distances) -> str:
    if distances.median is None:
        return "the model has no distances; train anew"
    middle, high = _decimal(distances.median), _decimal(distances.high)
    return f"{distances.images}, distance {middle} in the middle, 95 % below {high}"


def _state(day: DriftOfDay) -> str:
    if day.is_small:
        return "too few"
    return "drifted" if day.has_drifted else "no"


def _decimal(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
