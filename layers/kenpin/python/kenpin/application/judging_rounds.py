"""Rounds of judging of a dataset, newest first: what people's time bought."""

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.rounds import JudgingRound, RoundEnd, rounds_of
from kenpin.domain.ids import DatasetId, stream_of
from kenpin.projections.database import Row
from kenpin.read_models.runs import queries as runs


def judging_rounds(
    platform: PlatformParts, dataset_id: DatasetId, method: str | None, most: int
) -> tuple[list[JudgingRound], dict[str, Row]]:
    """Return the last rounds, oldest first, and the rows of their runs by id.

    Only runs of one method are compared: the one asked for, or that of the newest run. Runs that left a slice of
    history out, and older ones on the same version, end no round.
    The events between the runs are read, and nothing before the first.
    """
    with platform.database.reading() as sql:
        ended = runs.ended_rounds(sql, dataset_id, method, most + 1)
    if len(ended) < 2:
        return [], {}
    ends = [RoundEnd(row["run_id"], row["dataset_version"]) for row in reversed(ended)]
    commits = platform.events.read(
        stream_of("dataset", dataset_id), after=ends[0].version, upto=ends[-1].version
    )
    events = ((each.version, each.event) for commit in commits for each in recorded(commit))
    return rounds_of(ends, events), {row["run_id"]: row for row in ended}
