"""Undo of a change of any size: image by image in order of place, in commits that are each all or nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.application.execute import Commands
from kenpin.domain.commit import MAX_BYTES, MAX_ENTITIES
from kenpin.domain.dataset.commands import RevertChange, Turn
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.undoing import Aim, Past, Versions
from kenpin.domain.event import Context

Touched = Callable[[str, Versions, int, int], list[Past]]
"""Dataset, versions, place, limit → images that these versions changed, those after this place."""
PAGE: Final = 5 * MAX_ENTITIES
"""Images looked at before time is looked at."""
ROOM: Final = MAX_BYTES * 3 // 4
"""What images may take in a commit: the rest is for the words around them."""


class Progress(Struct, frozen=True):
    """How far an undo has come. Asked for again from `after` it goes on; asked for anew, it finds less to do."""

    version: int | None
    """The last commit's; None while there was nothing to put back"""
    images: int
    kept: int
    """Images of which something stays, because somebody decided anew"""
    after: int | None
    """The place it has come to; None when it is done"""


class Reversals(Struct, frozen=True):
    """Carries undos out."""

    commands: Commands
    touched: Touched
    clock: Callable[[], float] = time.monotonic

    def carry_out(
        self, dataset_id: str, aim: Aim, reason: str, *, after: int, by: Context, seconds: float
    ) -> Progress:
        """Undo for so many seconds at most, those images that come after this place."""
        version, images, kept, end = None, 0, 0, self.clock() + seconds
        while pasts := self.touched(dataset_id, aim.versions, after, PAGE):
            undoings = [aim.plan(past) for past in pasts]
            kept += sum(1 for undoing in undoings if undoing.kept)
            for turns in chunks([u.turn for u in undoings if u.turn is not None]):
                command = RevertChange(reverts=aim.reverts, turns=turns, reason=reason, restores=aim.restores)
                version = self.commands.execute(dataset, dataset_id, command, by=by).version
                images += len(turns)
            after = pasts[-1].ordinal
            if self.clock() > end:
                return Progress(version, images, kept, after)
        return Progress(version, images, kept, None)


def chunks(turns: Sequence[Turn]) -> Iterator[tuple[Turn, ...]]:
    """As many at once as one commit guards and holds."""
    taken: list[Turn] = []
    size = 0
    for turn in turns:
        weight = len(msgspec.json.encode(turn.becomes)) + 40
        if taken and (len(taken) == MAX_ENTITIES or size + weight > ROOM):
            yield tuple(taken)
            taken, size = [], 0
        taken.append(turn)
        size += weight
    if taken:
        yield tuple(taken)
