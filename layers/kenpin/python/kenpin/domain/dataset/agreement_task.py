"""An agreement task as its events make it: who is asked about which images, and what each has answered so far."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap

from kenpin.domain.dataset.events import AgreementTaskOpened, BlindJudgementSubmitted
from kenpin.domain.ids import ActorId, ImageId, Verdict

Answer = tuple[Verdict, tuple[str, ...]]
"""The verdict, and the defect classes that were seen."""


class Task(Struct, frozen=True):
    opened: AgreementTaskOpened
    answers: HashTrieMap[tuple[ImageId, ActorId], Answer] = HashTrieMap()
    """The newest of each person for each image."""
    joined: frozenset[ActorId] = frozenset()
    """Who has answered for an image at least."""
    is_closed: bool = False

    def is_for(self, person: ActorId) -> bool:
        """Named, or there already, or there is room: whoever comes first takes part."""
        has_room = len(self.joined.difference(self.opened.people)) < (self.opened.open_to or 0)
        return person in self.opened.people or person in self.joined or has_room

    def takes(self, event: BlindJudgementSubmitted) -> bool:
        """Two may take the last place at once, or answer while it closes: the one who came too late is passed over."""
        known = event.image_id in self.opened.image_ids
        return known and not self.is_closed and self.is_for(event.person)

    def answered(self, event: BlindJudgementSubmitted) -> Task:
        if not self.takes(event):
            return self
        answers = self.answers.insert((event.image_id, event.person), (event.verdict, event.defect_classes))
        return replace(self, answers=answers, joined=self.joined | {event.person})
