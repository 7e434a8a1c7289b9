"""Features are made once: what the cache gives is what the network would give, whatever happened in between."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.ids import ImageId
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.pictures.limits import Limits
from kenpin.pictures.window import Window
from kenpin_training.pipeline import features as features_module
from kenpin_training.pipeline.feature_cache import FeatureCache
from kenpin_training.pipeline.features import FeatureStore, cache_key
from kenpin_training.pipeline.images import UnreadableImage, decode
from kenpin_training.pipeline.network import Network
from tests.training.conftest import Means, photo, stored


def images(count: int) -> tuple[MemoryObjectStore, list[ImageId]]:
    objects = MemoryObjectStore()
    return objects, stored(objects, [photo(30, n) for n in range(count)])


def quiet(done: int, total: int) -> None:
    """Nobody listens."""


def test_what_is_cached_equals_what_is_made(means: Means, tmp_path: Path) -> None:
    objects, ids = images(20)
    fresh = FeatureStore(objects, tmp_path, Limits()).features(ids, Network(96), quiet)
    seen = means.seen
    again = FeatureStore(MemoryObjectStore(), tmp_path, Limits()).features(
        [*ids[::-1], ids[0]], Network(96), quiet
    )
    assert again.tobytes() == np.vstack([fresh[::-1], fresh[:1]]).tobytes()
    assert means.seen == seen


def test_another_image_size_or_tuned_layer_is_another_network(means: Means, tmp_path: Path) -> None:
    objects, ids = images(1)
    tuned = {"blocks_15_project_conv": [np.ones((1, 1, 2, 2), np.float32)]}
    for network in (Network(96), Network(128), Network(96, tuned)):
        before = means.seen
        FeatureStore(objects, tmp_path, Limits()).features(ids, network, quiet)
        assert means.seen > before


def test_a_file_cut_short_is_made_anew(means: Means, tmp_path: Path) -> None:
    objects, ids = images(3)
    store = FeatureStore(objects, tmp_path, Limits())
    fresh = store.features(ids, Network(96), quiet)
    (shard,) = tmp_path.rglob("*.safetensors")
    for size in (0, 7, 100, shard.stat().st_size - 1):
        shard.write_bytes(shard.read_bytes()[:size])
        assert store.features(ids, Network(96), quiet).tobytes() == fresh.tobytes()


def test_many_at_once_do_not_spoil_each_other(tmp_path: Path) -> None:
    rows = {f"{n:064x}": np.full(3, n, np.float32) for n in range(40)}
    ids = list(rows)

    def write() -> None:
        cache = FeatureCache(tmp_path, "net", 10**6)
        for start in range(0, 40, 10):
            cache.add({id: rows[id] for id in ids[start : start + 10]})

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = FeatureCache(tmp_path, "net", 10**6).load(ids)
    assert {id: row.tolist() for id, row in found.items()} == {id: row.tolist() for id, row in rows.items()}


def test_features_not_used_for_longest_are_deleted_beyond_the_bound(tmp_path: Path) -> None:
    """Four networks of one file each, of which the oldest is used again; the bound holds three."""
    ids = ["a" * 64]

    def cache(number: int, most_bytes: int = 10**6) -> FeatureCache:
        return FeatureCache(tmp_path, f"net{number}", most_bytes)

    for number in range(3):
        cache(number).add({ids[0]: np.zeros(100, np.float32)})
        (shard,) = (tmp_path / f"net{number}").iterdir()
        os.utime(shard, (number, number))
    assert cache(0).load(ids)
    cache(3, 3 * shard.stat().st_size).add({ids[0]: np.zeros(100, np.float32)})
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["net0", "net2", "net3"]
    assert not cache(1).load(ids)


def test_what_listens_may_stop_the_work_and_little_is_lost(
    means: Means, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_module, "SHARD", 4)
    objects, ids = images(12)

    def stop(done: int, total: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FeatureStore(objects, tmp_path, Limits()).features(ids, Network(96), stop)
    assert len(FeatureCache(tmp_path, cache_key(Network(96)), 10**6).load(ids)) == 8


def test_an_unreadable_image_is_named() -> None:
    with pytest.raises(UnreadableImage, match=r"abc.*exclude it"):
        decode("abc", BytesIO(b"no picture"), 96, Limits())


def test_deep_grey_levels_are_scaled_not_clipped() -> None:
    body = BytesIO()
    Image.fromarray(np.full((8, 8), 40_000, np.uint16)).save(body, "PNG")
    body.seek(0)
    assert decode("x", body, 96, Limits()).max() == 40_000 >> 8


def test_a_photo_is_turned_upright() -> None:
    picture, body = Image.new("RGB", (60, 60)), BytesIO()
    picture.paste((255, 255, 255), (0, 0, 60, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is on the right
    picture.save(body, "JPEG", exif=exif)
    body.seek(0)
    pixels = decode("x", body, 96, Limits())
    assert pixels[:, -20:].mean() > 240 > 15 > pixels[:, :20].mean()


def test_cached_features_need_no_tensorflow(means: Means, tmp_path: Path) -> None:
    objects, ids = images(1)
    FeatureStore(objects, tmp_path, Limits()).features(ids, Network(96), quiet)
    program = f"""
import sys
from pathlib import Path
from kenpin.adapters.memory.object_store import MemoryObjectStore
import kenpin_training.job
from kenpin.pictures.limits import Limits
from kenpin_training.pipeline.features import FeatureStore, cache_key
from kenpin_training.pipeline.network import Network
from tests.training.conftest import Means, photo, stored
store = FeatureStore(MemoryObjectStore(), Path({str(tmp_path)!r}), Limits())
store.features([{ids[0]!r}], Network(96), lambda *_: None)
sys.exit("tensorflow" in sys.modules or "keras" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def deep_grey(top: int) -> bytes:
    """A ramp from 0 to `top` in 16 bits."""
    body = BytesIO()
    Image.fromarray(np.linspace(0, top, 96 * 96).reshape(96, 96).astype(np.uint16)).save(body, "PNG")
    return body.getvalue()


def test_cameras_of_two_depths_give_the_network_the_same_contrast(tmp_path: Path) -> None:
    objects = MemoryObjectStore()
    twelve, sixteen = stored(objects, [deep_grey(4095), deep_grey(65_535)])
    windows = {twelve: Window(0, 4095), sixteen: Window(0, 65_535)}
    one, other = FeatureStore(objects, tmp_path, Limits(), windows).pixels([twelve, sixteen], 96)
    assert np.abs(one.astype(int) - other).max() <= 1
    assert one.max() == 255


def test_another_region_makes_features_anew_and_the_same_one_does_not(means: Means, tmp_path: Path) -> None:
    objects = MemoryObjectStore()
    (image_id,) = stored(objects, [deep_grey(255)])
    upper, lower = (
        RegionOfInterest(96, 96, include=(((0, y), (96, y), (96, y + 40), (0, y + 40)),)) for y in (0, 56)
    )

    def features(region: RegionOfInterest | None = None) -> bytes:
        regions = {image_id: region} if region else {}
        store = FeatureStore(objects, tmp_path, Limits(), regions=regions)
        return store.features([image_id], Network(96), quiet).tobytes()

    found = [features(), features(upper), features(lower)]
    seen = means.seen
    assert [features(), features(upper), features(lower)] == found
    assert len(set(found)) == 3
    assert means.seen == seen


def test_another_window_makes_features_anew_and_the_same_one_does_not(means: Means, tmp_path: Path) -> None:
    objects = MemoryObjectStore()
    (image_id,) = stored(objects, [deep_grey(4095)])

    def features(high: float) -> bytes:
        store = FeatureStore(objects, tmp_path, Limits(), {image_id: Window(0, high)})
        return store.features([image_id], Network(96), quiet).tobytes()

    narrow, wide = features(4095), features(65_535)
    seen = means.seen
    assert (features(4095), features(65_535)) == (narrow, wide)
    assert narrow != wide
    assert means.seen == seen
