"""Port of the object store: bytes by name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from kenpin.domain.ids import ProjectId, Sha256


class ObjectStore(Protocol):
    """Bytes by name: images, thumbnails, models, predictions. Names are like `images/<sha256>`."""

    def put(self, name: str, body: BinaryIO) -> None:
        """Store once, durably and whole; a second put of the same name does nothing."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open the stored bytes. Raises NotFound."""
        ...

    def has(self, names: Sequence[str]) -> set[str]:
        """Return those of the names that are stored."""
        ...

    def keep(self, name: str, under: str) -> None:
        """Copy the object `name` to the name `under`.

        Raises NotFound when `name` is missing, even when `under` exists.
        """
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names with this prefix, such as `images/`, in order."""
        ...

    def notes(self, name: str) -> Mapping[str, str]:
        """Return the metadata that the sender gave an object: S3's, elsewhere none. Raises NotFound."""
        ...

    def expire(self, prefix: str) -> None:
        """Expire the object of this name; where it ends with a dot, all whose names begin so.

        They are deleted at once, or by the store's own rule. Only for what can be made again, such as checkpoints
        of a run, or is kept elsewhere, such as uploads.
        """
        ...

    def expirable(self, prefix: str) -> Iterator[str]:
        """Yield the names with this prefix that stay until `expire`: none where the store's own rule deletes them."""
        ...

    def erase(self, names: Sequence[str]) -> None:
        """Delete every version of these objects for good; missing names are ignored."""
        ...

    def download_url(self, name: str) -> str:
        """Return a signed URL of the bytes, valid for half an hour to an hour.

        It is the same for half an hour, so that browsers keep what they have loaded.
        """
        ...

    def upload_url(self, project_id: ProjectId, digest: Sha256, size: int, media_type: str) -> str:
        """Return a signed URL for one PUT of exactly these bytes to `upload_name(…)`, valid for an hour."""
        ...
