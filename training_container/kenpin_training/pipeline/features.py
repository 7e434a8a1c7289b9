"""Features: the frozen network's numbers for each image, computed once."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin.application.stored_pictures import PictureOpener, open_picture
from kenpin.domain.ids import ImageId
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.pictures.limits import Limits
from kenpin.pictures.window import Window
from kenpin.settings import FEATURE_CACHE_BYTES
from kenpin_inspect.judge import cut, squares
from kenpin_training.identity import libraries
from kenpin_training.pipeline.feature_cache import FeatureCache, FeatureRow
from kenpin_training.pipeline.images import DECODER, Pixels, decode, decode_image, decode_scaled
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.patches import ImagePatches, patch_network, patches_of
from kenpin_training.pipeline.probe import Features
from kenpin_training.pipeline.region_mask import box_of, places_inside
from kenpin_training.pipeline.tiles import TilePlan, most_squares

A = TypeVar("A")
B = TypeVar("B")
Progress = Callable[[int, int], None]
"""(done, total); may raise to stop the work"""


def no_progress(done: int, total: int) -> None:
    """Show no progress."""


BATCH: Final = 16
SHARD: Final = 256
"""Images between two writes to the cache: the most that a crash loses."""


class NotFinite(Exception):
    """The network answers with numbers that are not finite."""

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(
            f"the network gives no finite numbers for image {image_id}: exclude the image, or, if others fail too, "
            "train on another backbone"
        )
        self.image_id = image_id


class FeatureStore:
    """Features of stored images. TensorFlow is imported only when some are not in the cache."""

    def __init__(
        self,
        objects: PictureOpener,
        cache: Path,
        limits: Limits,
        windows: Mapping[ImageId, Window] | None = None,
        cache_bytes: int = FEATURE_CACHE_BYTES,
        regions: Mapping[ImageId, RegionOfInterest] | None = None,
    ) -> None:
        """`windows`: those of deep grey; an image without one has percentiles of its own.

        `regions`: those of interest; of an image without one the whole picture counts.
        """
        self.objects, self._cache, self._limits, self._windows = objects, cache, limits, windows or {}
        self._cache_bytes, self._regions = cache_bytes, regions or {}

    def features(self, image_ids: Sequence[ImageId], network: Network, progress: Progress) -> Features:
        """Return images × features in the order of `image_ids`.

        Raises UnreadableImage, PictureNotIntact, NotFinite.
        """
        rows = self._rows(image_ids, cache_key(network), partial(self._make, network=network), progress)
        return np.stack(rows) if rows else np.empty((0, network.backbone.features), np.float32)

    def tile_features(
        self, image_ids: Sequence[ImageId], network: Network, plan: TilePlan, progress: Progress
    ) -> list[Features]:
        """Return tiles × features of each image, in the order of `squares`.

        Raises UnreadableImage, PictureNotIntact, NotFinite.
        """
        key, make = (
            f"{cache_key(network)}-{plan.long_side}",
            partial(self._make_tiles, network=network, plan=plan),
        )
        rows = self._rows(image_ids, key, make, progress)
        return [row[~np.isnan(row[:, 0])] for row in rows]

    def _rows(
        self,
        image_ids: Sequence[ImageId],
        key: str,
        make: Callable[[list[ImageId]], Iterator[tuple[ImageId, FeatureRow]]],
        progress: Progress,
    ) -> list[FeatureRow]:
        """Return the rows of images: those of the cache of this name, and those that are made and added to it."""
        cache = FeatureCache(self._cache, key, self._cache_bytes)
        keys = {id: row_key(id, self._windows.get(id), self._regions.get(id)) for id in image_ids}
        cached, fresh = cache.load(list(keys.values())), dict[str, FeatureRow]()
        rows = {id: cached[key] for id, key in keys.items() if key in cached}
        missing = [id for id in dict.fromkeys(image_ids) if id not in rows]
        total = len(rows) + len(missing)
        progress(len(rows), total)
        for image_id, row in make(missing):
            rows[image_id] = fresh[keys[image_id]] = row
            if len(fresh) == SHARD or len(rows) == total:
                cache.add(fresh)
                fresh = {}
            progress(len(rows), total)
        return [rows[id] for id in image_ids]

    def pixels(self, image_ids: Sequence[ImageId], size: int) -> Iterator[Pixels]:
        """Yield the images (size × size × 3), decoded ahead of their use."""
        return prefetched(lambda image_id: self._pixels(image_id, size), image_ids)

    def box(self, image_id: ImageId, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of the part of an image that squares and tiles are cut from."""
        return box_of(self._regions.get(image_id), *size)

    def patches(self, image_ids: Sequence[ImageId], plan: TilePlan) -> Iterator[ImagePatches]:
        """Yield the patches of each image in the scale of the plan.

        Raises UnreadableImage, PictureNotIntact, NotFinite.
        """
        network = patch_network(plan.backbone)
        for image_id, pixels in zip(image_ids, self.scaled(image_ids, plan), strict=True):
            inside = places_inside(self._regions.get(image_id), pixels.shape[1], pixels.shape[0])
            found = _finite(image_id, patches_of(pixels, plan, network, inside))
            yield ImagePatches(found, inside)

    def scaled(self, image_ids: Sequence[ImageId], plan: TilePlan) -> Iterator[Pixels]:
        """Yield the pixels of each whole image in the scale of the plan. Raises UnreadableImage, PictureNotIntact."""
        return prefetched(lambda image_id: self._scaled(image_id, plan), image_ids, depth=4)

    def image(self, image_id: ImageId, at_least: tuple[int, int] | None) -> Image.Image:
        """Return the whole image. Raises UnreadableImage, PictureNotIntact."""
        with open_picture(self.objects, image_id) as file:
            return decode_image(image_id, file, self._limits, self._windows.get(image_id), at_least)

    def _make(self, image_ids: list[ImageId], network: Network) -> Iterator[tuple[ImageId, FeatureRow]]:
        if not image_ids:
            return
        rows = _extracted(self.pixels(image_ids, network.image_size), network)
        for image_id, row in zip(image_ids, rows, strict=True):
            yield image_id, _finite(image_id, row)

    def _make_tiles(
        self, image_ids: list[ImageId], network: Network, plan: TilePlan
    ) -> Iterator[tuple[ImageId, FeatureRow]]:
        """Yield tiles × features, of one number of tiles for all images: those that an image lacks are NaN."""
        if not image_ids:
            return
        counts = deque[int]()
        rows = _extracted(self._tiles(image_ids, plan, counts), network)
        for image_id in image_ids:
            first = next(rows)  # its picture is cut by now, so that the number of its tiles is known
            found = np.stack([first, *islice(rows, counts.popleft() - 1)])
            lacking = most_squares((plan.long_side or plan.tile) // plan.tile) - len(found)
            yield (
                image_id,
                np.pad(_finite(image_id, found), ((0, lacking), (0, 0)), constant_values=np.nan),
            )

    def _tiles(self, image_ids: Sequence[ImageId], plan: TilePlan, counts: deque[int]) -> Iterator[Pixels]:
        """Yield the tiles of all images; `counts` receives the number of each image before its first."""
        parts = prefetched(
            lambda image_id: self._scaled(image_id, plan, self._regions.get(image_id)), image_ids, depth=4
        )
        for pixels in parts:
            found = squares(pixels.shape[1], pixels.shape[0], plan.tile)
            counts.append(len(found))
            for x, y in found:
                yield cut(pixels, x, y, plan.tile, plan.tile)

    def _scaled(self, image_id: ImageId, plan: TilePlan, region: RegionOfInterest | None = None) -> Pixels:
        with open_picture(self.objects, image_id) as file:
            return decode_scaled(image_id, file, plan, self._limits, self._windows.get(image_id), region)

    def _pixels(self, image_id: ImageId, size: int) -> Pixels:
        window, region = self._windows.get(image_id), self._regions.get(image_id)
        with open_picture(self.objects, image_id) as file:
            return decode(image_id, file, size, self._limits, window, region)


def _extracted(images: Iterator[Pixels], network: Network) -> Iterator[FeatureRow]:
    """Yield the features of each image, in batches of one size."""
    run = network.compiled()
    batch = np.zeros((BATCH, network.image_size, network.image_size, 3), np.uint8)
    while part := list(islice(images, BATCH)):
        batch[: len(part)] = part
        yield from run(batch)[: len(part)]


def _finite(image_id: ImageId, values: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(values).all():
        raise NotFinite(image_id)
    return values


def row_key(image_id: ImageId, window: Window | None, region: RegionOfInterest | None = None) -> str:
    """Return the name of an image's row in the cache, in hex: another window or region gives another row."""
    if window is None and region is None:
        return image_id
    seen = "" if window is None else f"{window.low!r} {window.high!r}"
    part = "" if region is None else f" {(region.width, region.height, region.include, region.ignore)!r}"
    return hashlib.sha256(f"{image_id} {seen}{part}".encode()).hexdigest()


def cache_key(network: Network) -> str:
    """Return the name of the cache of a network with these library versions: others may give other bits."""
    return hashlib.sha256(f"{network.digest} {DECODER} {sorted(libraries().items())}".encode()).hexdigest()


def prefetched(work: Callable[[A], B], items: Iterable[A], depth: int = 2 * BATCH) -> Iterator[B]:
    """Yield the results in order; threads compute at most `depth` of them ahead."""
    waiting: deque[Future[B]] = deque()
    with ThreadPoolExecutor(2) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > depth:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
