"""One sweep over all late readers, in random order, while there is time."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from functions.runtime.advance import RESERVE_MS, AdvanceOutcome, project, react
from functions.runtime.event import Json
from kenpin.application.automatic_inspections import inspect_arrivals
from kenpin.application.react import READER
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import behind
from kenpin.read_models.parked import notes as parked

Step = Callable[[], AdvanceOutcome]


class Sweep:
    """One comparison of heads with checkpoints, and an advance of each late reader."""

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        self._remaining_ms = remaining_ms
        self._platform = platform()
        self.found_nothing = False
        """True after a sweep that found no late reader and no parked one."""

    def carry_out(self) -> Json:
        """Return how many readers reached the head of a stream, and how many are left for another sweep."""
        all_late = list(behind(self._platform.events, self._platform.database))
        with self._platform.database.transaction() as sql:
            parked_readers = parked.tidy(sql, [(one.model.name, one.stream) for one in all_late])
            resting = parked.resting(sql)
        late = [one for one in all_late if (one.model.name, one.stream) not in resting]
        self._platform.metrics.add("ParkedStreams", parked_readers)
        self._platform.metrics.add("ProjectionLag", sum(one.events for one in late))
        projected, rows_left = self._run_steps(
            [partial(project, one.model, one.stream, self._is_out_of_time) for one in late]
        )
        self._platform.reactions.settle_dead_jobs()
        arrivals = inspect_arrivals(self._platform, datetime.now(UTC))
        reacted, facts_left = self._run_steps(
            [
                partial(_react, stream)
                for stream in self._platform.reactions.late()
                if (READER, stream) not in resting
            ]
        )
        self.found_nothing = not (parked_readers or late or arrivals or reacted or facts_left)
        return {"projected": projected, "reacted": reacted, "left": rows_left + facts_left}

    def rest(self) -> Json:
        """Look at no row: only workers that died without an event are seen to."""
        self._platform.metrics.add("ParkedStreams", 0)
        self._platform.metrics.add("ProjectionLag", 0)
        self._platform.reactions.settle_dead_jobs()
        return {"projected": 0, "reacted": 0, "left": 0}

    def _run_steps(self, steps: Sequence[Step]) -> tuple[int, int]:
        """Return how many reached the head, and how many are left for lack of time or of a service."""
        advanced = left = 0
        for step in random.sample(steps, len(steps)):
            outcome = "not now" if self._is_out_of_time() else step()
            if outcome in ("not now", "unfinished"):
                left += 1
            elif outcome == "advanced":
                advanced += 1
        return advanced, left

    def _is_out_of_time(self) -> bool:
        return self._remaining_ms() < RESERVE_MS


def _react(stream: str) -> AdvanceOutcome:
    [outcome] = react(stream)
    return outcome
