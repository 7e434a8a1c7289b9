"""One dataset with async: its images, uploads, judgements, splits, versions and training."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final, Literal, Unpack

from kenpin_client._async.connection import AsyncConnection
from kenpin_client._async.io import in_thread
from kenpin_client._async.items import AsyncItems
from kenpin_client._async.labels import AsyncTableLabels
from kenpin_client._async.runs import AsyncRunClient
from kenpin_client._async.uploads import AsyncUpload, send_blobs
from kenpin_client.files import Blob, Paths, decoded, found
from kenpin_client.filters import ImageFilter, known
from kenpin_client.reports import LabelReport, UploadReport
from kenpin_client.requests import AsOf, path_part
from kenpin_client.schemas import (
    Accepted,
    Capture,
    Dataset,
    DiffItem,
    DrawnDefect,
    HistorySlice,
    Image,
    PlannedSplits,
    Recipe,
    RunAccepted,
    SeenJudgement,
    SplitResult,
    Tag,
)

AT_ONCE: Final = 90
"""Judgements of one request."""
PAGE: Final = 1000
Split = Literal["train", "validation", "test"]


class AsyncDatasetClient:
    """One dataset. Nothing is asked before a method is called."""

    def __init__(self, connection: AsyncConnection, dataset_id: str) -> None:
        self.dataset_id = dataset_id
        self._connection = connection
        self._path, self._stream = f"/datasets/{path_part(dataset_id)}", f"dataset-{dataset_id}"

    def __repr__(self) -> str:
        return f"<dataset {self.dataset_id} at {self._connection.url}>"

    async def get(self, *, as_of: AsOf = None) -> Dataset:
        """Return name, version, counts and tags, now or as of a moment."""
        return await self._connection.get(self._path, Dataset, {"as_of": as_of}, self._stream)

    def images(self, *, as_of: AsOf = None, **filter: Unpack[ImageFilter]) -> AsyncItems[Image]:
        """List the images, such as `images(verdict="NG", line="L3")`. Raises TypeError for an unknown one."""
        query = {"limit": PAGE, "as_of": as_of, **known(filter, ImageFilter)}
        return self._connection.items(f"{self._path}/images", Image, query, self._stream)

    async def image(self, image_id: str, *, as_of: AsOf = None) -> Image:
        """Return one image with its annotation."""
        path = f"{self._path}/images/{path_part(image_id)}"
        return await self._connection.get(path, Image, {"as_of": as_of}, self._stream)

    async def download(self, image: Image) -> bytes:
        """Return the bytes of the image as stored. Raises ValueError where they were erased."""
        if image.image_url is None:
            raise ValueError(f"the bytes of {image.name} were erased: {image.erased}")
        return await self._connection.download(image.image_url)

    async def upload(
        self,
        files: Paths,
        *,
        capture: Capture | Callable[[Path], Capture] | None = None,
        split: Split | None = None,
        group: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        at_once: int = 8,
    ) -> UploadReport:
        """Bring pictures in: files, or folders with all pictures below. What is there already is not sent again.

        `capture`: the capture condition of all, or a function that tells it by the path of a file.
        `progress` is called with the files that are done, and all. `at_once` files are sent side by side.
        """

        def about(path: Path) -> dict[str, object]:
            given = {
                "capture": capture(path) if callable(capture) else capture,
                "split": split,
                "group": group,
            }
            return {name: value for name, value in given.items() if value is not None}

        upload = AsyncUpload(self._connection, self.dataset_id, about, at_once)
        return await upload.send(found(files), progress)

    async def upload_blobs(self, blobs: Iterable[Blob], *, at_once: int = 8) -> dict[str, str]:
        """Send bytes that are not stored yet, such as masks, and register nothing.

        Return digest → reason of those that cannot be sent. `at_once` are sent side by side.
        """
        return await send_blobs(self._connection, self._path, blobs, at_once)

    async def judge(
        self,
        image_id: str,
        verdict: Literal["OK", "NG", "HOLD"],
        defects: Sequence[DrawnDefect] = (),
        *,
        reason: str = "",
        revision: int | None = None,
    ) -> Accepted:
        """Judge one image. `revision`: that of the image as it was seen; a newer one is a conflict (409)."""
        judgement = SeenJudgement(
            image_id=image_id, verdict=verdict, defects=list(defects), reason=reason, revision=revision
        )
        return (await self.judge_all([judgement]))[0]

    async def judge_all(self, judgements: Iterable[SeenJudgement]) -> list[Accepted]:
        """Judge many images. Up to 90 go together, all or nothing; one batch id names them all."""
        given, batch = list(judgements), f"client-{secrets.token_hex(4)}"
        return [
            await self._connection.write(
                f"{self._path}/annotations",
                {"annotations": given[start : start + AT_ONCE]},
                Accepted,
                batch=batch,
            )
            for start in range(0, len(given), AT_ONCE)
        ]

    async def label_from_csv(
        self,
        table: str | PathLike[str],
        *,
        answers: Mapping[str, str] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> LabelReport:
        """Judge the images of the dataset by a CSV manifest: columns `file`, `verdict`, `class`, `split` and others.

        `answers` give words of the table a meaning: OK, NG, NG:class, HOLD, none or skip. Defect classes that the
        project lacks are defined, if the role of the token is enough; else their images are rejected.
        A judgement or a split that stands is kept. Raises OpenQuestions, and KenpinError where columns are missing.
        The table may name 10,000 images and have 4 MB, in UTF-8, UTF-16 or CP932.
        """
        path = Path(table)
        content = await in_thread(Path.read_bytes, path)
        labels = AsyncTableLabels(self._connection, await self.get(), path.name)
        images = await self.images().to_list()
        return await labels.send(decoded(content), images, answers or {}, progress)

    async def assign_split(self, image_ids: Sequence[str], split: Split, *, rule: str) -> None:
        """Put these images into a split. `rule` says how they were chosen."""
        for start in range(0, len(image_ids), 500):
            body = {"image_ids": image_ids[start : start + 500], "split": split, "rule": rule}
            await self._connection.write(f"{self._path}/splits", body, Accepted)

    async def split(
        self,
        by: Literal["part", "lot", "session", "group", "time"],
        *,
        test: float = 0.2,
        validation: float = 0.0,
        seed: int = 0,
    ) -> PlannedSplits:
        """Split all images by whole groups, or in blocks of time. Return the plan that was carried out."""
        rule: dict[str, object] = {"by": by, "test": test, "validation": validation, "seed": seed}
        plan = await self._connection.write(f"{self._path}/splits/plan", rule, PlannedSplits)
        batch, cursor = f"split-{secrets.token_hex(4)}", None
        while True:
            body = {**rule, "version": plan.version, "cursor": cursor}
            path = f"{self._path}/splits/execution"
            done = await self._connection.write(path, body, SplitResult, batch=batch)
            if (cursor := done.next_cursor) is None:
                return plan

    async def tag(self, name: str, *, version: int | None = None, note: str = "") -> Accepted:
        """Name a version, the newest where none is given; `as_of` takes the name."""
        body = {"name": name, "version": version, "note": note}
        return await self._connection.write(f"{self._path}/tags", body, Accepted)

    def tags(self, *, as_of: AsOf = None) -> AsyncItems[Tag]:
        """List the named versions."""
        return self._connection.items(f"{self._path}/tags", Tag, {"as_of": as_of}, self._stream)

    def diff(self, before: AsOf, after: AsOf, *, kind: str | None = None) -> AsyncItems[DiffItem]:
        """List the images that differ between two versions, tags or times."""
        span = {"from": before, "to": after, "kind": kind, "limit": PAGE}
        return self._connection.items(f"{self._path}/diff", DiffItem, span)

    async def train(
        self,
        recipe: Recipe | None = None,
        *,
        version: int | None = None,
        seed: int | None = None,
        parent_model: str | None = None,
        like: str | None = None,
        without: HistorySlice | None = None,
        reason: str = "",
    ) -> AsyncRunClient:
        """Ask for a run on exactly one version, the newest where none is given.

        `like`: a run whose version, recipe and seed are taken over; with `without` the run learns
        from no image of a slice, so that the comparison of both says what that data is worth.
        """
        given = {
            "recipe": recipe,
            "version": version,
            "seed": seed,
            "parent_model": parent_model,
            "like": like,
            "without": without,
        }
        body = {"dataset_id": self.dataset_id, "reason": reason}
        asked = {name: value for name, value in given.items() if value is not None}
        accepted = await self._connection.write("/runs", {**body, **asked}, RunAccepted)
        return AsyncRunClient(self._connection, accepted.id)
