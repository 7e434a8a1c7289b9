"""One sweep: what is behind, in no order that would favour a stream, for as long as there is time."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from functions.runtime.advance import Fate, project, react
from functions.runtime.event import Json
from kenpin.application.react import READER
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import Late, behind
from kenpin.read_models.parked import projection as parked

RESERVE_MS: Final = 10_000
"""What it takes, in bad times, to finish a window of events that was begun."""
Turn = Callable[[], Fate]


class Sweep:
    """Beyond one comparison of heads with bookmarks it looks at nothing that is up to date."""

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        self._remaining_ms = remaining_ms
        self._platform = platform()

    def carry_out(self) -> Json:
        """How many readers reached the head of a stream, and how many another sweep could help."""
        with self._platform.database.transaction() as sql:
            parked_readers, resting = parked.tidy(sql), parked.resting(sql)
        late = self._late_rows(resting)
        self._platform.metrics.add("ParkedStreams", parked_readers)
        self._platform.metrics.add("ProjectionLag", sum(one.events for one in late))
        projected, rows_left = self._take_turns(
            [partial(project, one.model, one.stream, self._is_late) for one in late]
        )
        self._platform.reactions.settle_dead_jobs()
        reacted, facts_left = self._take_turns(
            [
                partial(_react, stream)
                for stream in self._platform.reactions.late()
                if (READER, stream) not in resting
            ]
        )
        return {"projected": projected, "reacted": reacted, "left": rows_left + facts_left}

    def _late_rows(self, resting: set[tuple[str, str]]) -> list[Late]:
        """Rows that wait for a person to look at them are no lag."""
        late = behind(self._platform.events, self._platform.database)
        return [one for one in late if (one.model.name, one.stream) not in resting]

    def _take_turns(self, turns: Sequence[Turn]) -> tuple[int, int]:
        """How many got to the head, and how many did not for want of time or of the world."""
        advanced = left = 0
        for turn in random.sample(turns, len(turns)):
            fate = "not now" if self._is_late() else turn()
            if fate == "not now" or self._is_late():
                left += 1
            elif fate == "advanced":
                advanced += 1
        return advanced, left

    def _is_late(self) -> bool:
        return self._remaining_ms() < RESERVE_MS


def _react(stream: str) -> Fate:
    [fate] = react(stream)
    return fate
