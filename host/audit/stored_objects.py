"""The check of stored pictures and masks: every one is read, and its bytes are compared with its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final

from msgspec import Struct

from functions.api.datasets.answers import Dataset
from functions.api.decision_chains.answers import Chain
from functions.api.images.answers import Image
from host.audit.checked_objects import CheckedObjects, ObjectHolder
from host.cli.client import Client
from host.cli.history import commits
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.events import AnnotationSubmitted

AT_ONCE: Final = 8
PAGE: Final = 200
"""Images of a page: few, so that their addresses have not expired when it is their turn."""
MISSING: Final = "missing"
Address = Callable[[], str | None]
"""Asks for an address of the object; None where it has none, as its image was erased."""


class StoredObject(Struct, frozen=True):
    """A picture or mask of an image, with its address and a way to a new one."""

    holder: ObjectHolder
    url: str
    fresh: Address


class ObjectFinding(Struct, frozen=True):
    """An object with which something is wrong, and the images and runs that it touches."""

    digest: str
    what: str
    images: list[ObjectHolder]
    runs: list[str]
    """Such as `k7q2m4xwba3c (train)`: what the run used the image as"""

    def __str__(self) -> str:
        held = ", ".join(
            f"image {each.image_id[:12]}… ({each.name or 'no name'}) of {each.dataset_id}"
            for each in self.images
        )
        runs = f"; runs: {', '.join(self.runs)}" if self.runs else "; no run used it"
        return f"{self.digest}: {self.what}: {held}{runs}"


def check_dataset(
    client: Client, dataset: Dataset, checked: CheckedObjects, step: Callable[[int], None]
) -> None:
    """Check what is not known yet of a dataset: pictures, the masks that stand on them, then those of the past."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for is_excluded in (False, True):
            images = client.items(
                f"/datasets/{dataset.dataset_id}/images", Image, limit=PAGE, excluded=is_excluded
            )
            while page := list(islice(images, PAGE)):
                found = [each for image in page for each in _objects_of(client, dataset.dataset_id, image)]
                _check(client, found, checked, pool)
                step(len(page))
        past = _past_masks(client, dataset, checked)
        while page_of_masks := list(islice(past, PAGE)):
            _check(client, page_of_masks, checked, pool)


def findings_of(client: Client, checked: CheckedObjects) -> Iterator[ObjectFinding]:
    for digest, what, holders in checked.findings():
        runs = {run: None for holder in holders for run in _runs_with(client, holder)}
        yield ObjectFinding(digest, what, holders, list(runs))


def _check(
    client: Client, objects: Sequence[StoredObject], checked: CheckedObjects, pool: ThreadPoolExecutor
) -> None:
    wrongs = checked.known({each.holder.digest for each in objects})
    new = {each.holder.digest: each for each in objects if each.holder.digest not in wrongs}
    results = dict(zip(new, pool.map(lambda each: _wrong(client, each), new.values()), strict=True))
    wrongs |= results
    checked.add(results, [each.holder for each in objects if wrongs[each.holder.digest]])


def _wrong(client: Client, stored: StoredObject) -> str:
    """Return what is wrong with an object; empty when its bytes are intact."""
    actual = client.digest_at(stored.url)
    if actual is None:
        if (url := stored.fresh()) is None:
            return ""
        actual = client.digest_at(url)
    if actual is None:
        return MISSING
    return "" if actual == stored.holder.digest else f"damaged (its bytes have the SHA-256 {actual[:12]}…)"


def _objects_of(
    client: Client, dataset_id: str, image: Image, as_of: int | None = None
) -> Iterator[StoredObject]:
    """Yield the picture and the masks of an image at a version; an erased image has none."""
    path = f"/datasets/{dataset_id}/images/{image.image_id}"
    for digest, url in _addresses(image).items():

        def fresh(digest: str = digest) -> str | None:
            return _addresses(client.get(path, Image, as_of=as_of)).get(digest)

        yield StoredObject(ObjectHolder(digest, dataset_id, image.image_id, image.name), url, fresh)


def _addresses(image: Image) -> dict[str, str]:
    if image.image_url is None:
        return {}
    masks = [defect.mask for defect in image.defects if defect.mask]
    urls = image.annotation.mask_urls if image.annotation else []
    return {image.image_id: image.image_url, **dict(zip(masks, urls, strict=False))}


def _past_masks(client: Client, dataset: Dataset, checked: CheckedObjects) -> Iterator[StoredObject]:
    """Yield the masks of judgements that no longer stand, which only history names."""
    for event, version in _judgements_with_masks(client, dataset):
        masks = [defect.mask for defect in event.defects if defect.mask]
        if len(checked.known(masks)) < len(set(masks)):
            path = f"/datasets/{dataset.dataset_id}/images/{event.image_id}"
            image = client.get(path, Image, as_of=version)
            yield from _objects_of(client, dataset.dataset_id, image, version)


def _judgements_with_masks(client: Client, dataset: Dataset) -> Iterable[tuple[AnnotationSubmitted, int]]:
    for commit in commits(client, f"dataset-{dataset.dataset_id}", dataset.version):
        if b'"mask"' not in commit.body:
            continue
        for version, event in enumerate(events_in(commit), commit.first):
            if isinstance(event, AnnotationSubmitted):
                yield event, version


def _runs_with(client: Client, holder: ObjectHolder) -> Iterator[str]:
    chain = client.get(f"/datasets/{holder.dataset_id}/images/{holder.image_id}/decisions", Chain)
    for link in chain.links:
        if link.kind == "run":
            yield f"{link.run_id} ({link.used_as})"
