"""Which pictures of a station are sent: all NG and grey ones, a share of the OK ones, within quotas."""

from collections.abc import Callable, Mapping
from typing import Final

from kenpin_edge import results
from kenpin_edge.config import VERDICT, Sampling, Station
from kenpin_edge.spool import Added, Spool, Uploaded, digest_of

ALWAYS: Final = frozenset(("NG", "GREY", "GRAY"))


def take(
    spool: Spool,
    station: Station,
    id: str,
    name: str,
    picture: bytes | Uploaded,
    capture: Mapping[str, str],
) -> Added:
    """Add a picture to the spool if the station's sampling keeps it. A drop is counted with its reason."""
    digest = digest_of(picture)
    if spool.knows(station.source, id, digest):
        return "known"
    verdict = capture.get(VERDICT, "").strip().upper()
    why = drop_reason(
        station.sampling, verdict, digest, lambda minutes: spool.kept_within(station.source, minutes)
    )
    if why:
        spool.count(station.source, why)
        return "dropped"
    conditions = {name: text for name, text in capture.items() if name != VERDICT}
    if station.results:  # first: a picture that is known is not looked at again
        results.expect(spool, station.source, id)
    return spool.add(station.source, id, name, picture, conditions | station.capture)


def drop_reason(sampling: Sampling, verdict: str, digest: str, kept_within: Callable[[int], int]) -> str:
    """Return the reason not to send a picture; empty: it is sent.

    The share of the OK pictures is by digest: the same picture is always in it, or never.
    """
    if verdict in ALWAYS:
        return ""
    if verdict == "OK" and int(digest[:8], 16) / 2**32 * 100 >= sampling.ok_percent:
        return "share"
    quotas = {
        "quota_minute": (sampling.per_minute, 1),
        "quota_hour": (sampling.per_hour, 60),
        "quota_day": (sampling.per_day, 24 * 60),
    }
    for reason, (most, minutes) in quotas.items():
        if most is not None and kept_within(minutes) >= most:
            return reason
    return ""
