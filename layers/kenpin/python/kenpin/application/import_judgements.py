"""Judgements made from the entries of an import: classes by their names, shapes in pixels, stored masks."""

from hashlib import sha256
from io import BytesIO

from msgspec import Struct

from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.state import ImageState
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId, ProjectId, Sha256, upload_name
from kenpin.importing.class_ids import ClassIds
from kenpin.importing.entry import SourceEntry
from kenpin.importing.fitting import FittedDefect, fitted
from kenpin.importing.tree import OpenFiles
from kenpin.ports import ObjectStore


class UnknownClass(Exception):
    """The label book has no class of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the label book has no class {name}")
        self.name = name


class PreparedJudgement(Struct, frozen=True):
    """A judgement that is ready to be submitted. `is_clipped`: a shape of it was cut off at the edge."""

    judgement: Judgement
    is_clipped: bool


class JudgementMaker(Struct, frozen=True):
    """Makes the judgements of one source for images of one project; several threads may use it."""

    objects: ObjectStore
    project_id: ProjectId
    classes: ClassIds
    masks: OpenFiles
    reason: str
    """The reason of entries that have none"""

    def judgement_of(self, image_id: ImageId, entry: SourceEntry, image: ImageState) -> PreparedJudgement:
        """Return the judgement; its masks are stored as uploads, as those that a person drew.

        Raises UnknownClass, InvalidItem, and ValidationError for what no judgement may say.
        """
        for shape in entry.defects:
            self._class_of(shape.class_name)
        found = fitted(entry, self.masks, (image.file.width, image.file.height))
        judgement = Judgement(
            image_id=image_id,
            verdict=entry.verdict,
            defects=tuple(self._defect(each) for each in found.defects),
            reason=entry.reason or self.reason,
        )
        return PreparedJudgement(judgement, found.is_clipped)

    def _defect(self, found: FittedDefect) -> Defect:
        mask = self._stored(found.mask) if found.mask else None
        return Defect(self._class_of(found.class_name), found.box, found.polygon, mask)

    def _class_of(self, name: str) -> str:
        if (class_id := self.classes.known(name)) is None:
            raise UnknownClass(name)
        return class_id

    def _stored(self, mask: bytes) -> Sha256:
        digest = sha256(mask).hexdigest()
        self.objects.put(upload_name(self.project_id, digest), BytesIO(mask))
        return digest
