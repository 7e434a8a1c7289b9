"""The read of the gain of each policy of suggestions over its random controls."""

from collections.abc import Iterable

from functions.api.suggestions.answers import PickOutcomes, PolicyGain, PolicyGains, ShareGain
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.paging import rows
from functions.http.resolver import new_router
from kenpin.domain.dataset.policy_gain import Share, gain
from kenpin.projections.database import Row
from kenpin.read_models.suggestions import outcomes

router = new_router()


@router.get("/datasets/<dataset_id>/suggestions/gain", tags=["suggestions"])
def suggestion_gain(dataset_id: str, as_of: AsOf = None) -> PolicyGains:
    """Compare what people said of the picks of each policy with what they said of its random controls."""
    stream = f"dataset-{dataset_id}"
    version = version_as_of(stream, as_of, "suggestions")
    with rows() as sql:
        at = shown_at(sql, "suggestions", stream, version)
        found = outcomes.judged(sql, dataset_id, version)
    by_policy: dict[str, list[Row]] = {}
    for row in found:
        by_policy.setdefault(row["policy"], []).append(row)
    return PolicyGains(items=[_gain(policy, rows) for policy, rows in by_policy.items()], as_of=at)


def _gain(policy: str, rows: list[Row]) -> PolicyGain:
    picked = [row for row in rows if not row["control"]]
    picks, controls = _outcomes("all", picked), _outcomes("control", (r for r in rows if r["control"]))
    return PolicyGain(
        policy=policy,
        picks=picks,
        controls=controls,
        by_reason=[_outcomes(row["reason"], [row]) for row in picked],
        ng_gain=_difference(Share(picks.ng, picks.judged), Share(controls.ng, controls.judged)),
        wrong_gain=_difference(Share(picks.wrong, picks.scored), Share(controls.wrong, controls.scored)),
    )


def _outcomes(reason: str, rows: Iterable[Row]) -> PickOutcomes:
    counts = dict.fromkeys(("judged", "ng", "scored", "wrong"), 0)
    for row in rows:
        counts = {name: count + row[name] for name, count in counts.items()}
    return PickOutcomes(reason=reason, **counts)


def _difference(picks: Share, controls: Share) -> ShareGain | None:
    found = gain(picks, controls)
    if found is None:
        return None
    return ShareGain(difference=found.difference, low=found.low, high=found.high)
