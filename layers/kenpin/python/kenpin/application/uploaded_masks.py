"""Masks of an import that are files: read from the uploads of the project, by their paths in the source."""

from collections.abc import Mapping
from typing import BinaryIO

from kenpin.application.digest import sha256_of
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import ProjectId, Sha256, upload_name
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.ports import NotFound
from kenpin.read_models.gallery.holdings import held


class UploadedMasks:
    """The uploaded masks of one source. The bytes are compared with their digest."""

    def __init__(self, platform: PlatformParts, project_id: ProjectId, digests: Mapping[str, Sha256]) -> None:
        """`digests`: path in the source → digest."""
        self._platform, self._project_id, self._digests = platform, project_id, digests

    def open(self, path: str) -> BinaryIO:
        """Open a mask at its first byte. Raises InvalidItem."""
        if (digest := self._digests.get(path)) is None:
            raise InvalidItem(Fault.MASK_NO_DIGEST, path=path)
        try:
            body = self._body(digest)
        except NotFound:
            raise InvalidItem(Fault.MASK_NOT_ARRIVED, path=path) from None
        if sha256_of(body) != digest:
            body.close()
            raise InvalidItem(Fault.MASK_DAMAGED, path=path)
        body.seek(0)
        return body

    def _body(self, digest: Sha256) -> BinaryIO:
        """Open an upload, or an image of the project, which nobody uploads again. Raises NotFound."""
        try:
            return self._platform.objects.open(upload_name(self._project_id, digest))
        except NotFound:
            if not held(self._platform.database, self._project_id, [digest]):
                raise
        return self._platform.objects.open(f"images/{digest}")
