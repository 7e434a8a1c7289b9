"""Writes the audit packs that browsers asked for, from what is stored."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.audit_pack.order import PackOutcome, PackRequest, PackSummary
from functions.audit_pack.pack import write_pack
from functions.audit_pack.source import PictureUnreadable
from kenpin.application.asked_file import AskedFile, ProgressNotes, TooLate
from kenpin.bootstrap import platform
from kenpin.domain.anchor import STAMP
from kenpin.domain.commit import Commit, Head
from kenpin.ports import CannotSign, NotFound, OutOfSpace, Unavailable, full_disk_as_out_of_space
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.members.access import streams as streams_of_projects
from kenpin.read_models.members.access import streams_of_dataset


def make_pack(name: str, is_late: Callable[[], bool]) -> bool:
    """Write the pack of a request; False when it was written before, or nobody asks for it."""
    asked = AskedFile(platform().objects, name)
    if (request := asked.request(PackRequest)) is None:
        return False
    try:
        outcome = PackOutcome(_written(asked, request, is_late))
    except TooLate:
        outcome = PackOutcome(failed="too_late")
    except OutOfSpace:
        outcome = PackOutcome(failed="no_space")
    except Unavailable:
        raise
    except Exception:
        asked.end(PackOutcome(failed="broken"))
        raise
    asked.end(outcome)
    return True


def _written(asked: AskedFile, request: PackRequest, is_late: Callable[[], bool]) -> PackSummary:
    progress, tenant = _PackProgress(asked, is_late), platform().events.tenant
    with full_disk_as_out_of_space(), TemporaryDirectory() as folder:
        out = Path(folder) / "kenpin-pack.zip"
        summary = write_pack(StoredSource(), out, _streams(request), request.images, tenant, progress)
        with out.open("rb") as file:
            asked.store(file)
    return summary


def _streams(request: PackRequest) -> set[str] | None:
    with platform().database.reading() as sql:
        if request.dataset_id:
            return streams_of_dataset(sql, request.dataset_id)
        return streams_of_projects(sql, [request.project_id]) if request.project_id else None


class StoredSource:
    """The platform itself. Who asks for a pack may see all that is stored."""

    def take_anchor(self) -> str:
        try:
            platform().anchors.take()
        except CannotSign as reason:
            return str(reason)
        return ""

    def records(self) -> list[tuple[str, bytes]]:
        records = platform().anchor_records
        return [(name, records.read(name)) for name in (*records.names(), *records.names(STAMP))]

    def heads(self) -> Iterable[Head]:
        return platform().events.heads()

    def commits(self, stream: str, upto: int) -> Iterator[Commit]:
        return platform().events.read(stream, upto=upto)

    def picture(self, dataset_id: str, image_id: str) -> bytes | None:
        with platform().database.reading() as sql:
            row = gallery.one(sql, dataset_id, image_id)
        if row is not None and row["erased"] is not None:
            return None
        try:
            with platform().objects.open(f"images/{image_id}") as file:
                return file.read()
        except NotFound:
            raise PictureUnreadable("its stored bytes are missing") from None


class _PackProgress:
    """Notes how far a pack is, and ends it when the time is over."""

    def __init__(self, asked: AskedFile, is_late: Callable[[], bool]) -> None:
        self._notes, self._is_late = ProgressNotes(asked), is_late
        self._done, self._total = 0, 1

    def stage(self, name: str, total: int) -> None:
        self._done, self._total = 0, max(total, 1)

    def step(self, count: int = 1) -> None:
        if self._is_late():
            raise TooLate(f"{self._done:,} of {self._total:,} events were written")
        self._done += count
        self._notes.reach(self._done, self._total)
