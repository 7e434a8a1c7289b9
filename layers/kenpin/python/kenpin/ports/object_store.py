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
        """The stored bytes. Raises NotFound."""
        ...

    def has(self, names: Sequence[str]) -> set[str]:
        """Return those of the names that are stored."""
        ...

    def keep(self, name: str, under: str) -> None:
        """Store what lies at `name` under another name too. Raises NotFound, even when the other is there already:
        who has nothing at `name` gets nothing by this.
        """
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names of all stored objects that begin so, such as `images/`, in order."""
        ...

    def notes(self, name: str) -> Mapping[str, str]:
        """Return the metadata that the sender gave an object: S3's, elsewhere none. Raises NotFound."""
        ...

    def expire(self, prefix: str) -> None:
        """Expire objects whose names begin so: deleted at once, or by the store's own rule.

        Only for what can be made again, such as checkpoints of a run, or is kept elsewhere, such as uploads.
        """
        ...

    def erase(self, names: Sequence[str]) -> None:
        """These are gone for good, every version of them; what is not there is gone already."""
        ...

    def download_url(self, name: str) -> str:
        """A signed address that gives the bytes to whoever holds it, for a day or two, stable within the day."""
        ...

    def upload_url(self, project_id: ProjectId, digest: Sha256, size: int, media_type: str) -> str:
        """A signed address that takes a PUT of exactly these bytes into `upload_name(…)`, for an hour."""
        ...
