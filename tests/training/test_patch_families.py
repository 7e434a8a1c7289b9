"""The anomaly and segmentation families, on plates with scratches, with a patch network that needs no TensorFlow."""

import io
from collections.abc import Iterable
from io import BytesIO

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import AssignSplit, Judgement, SetRegionOfInterest, SubmitAnnotations
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Method, Recipe
from kenpin.domain.run.events import PoolScored, RunEvaluated, RunSucceeded
from kenpin.domain.run.values import Evaluation
from kenpin.projections.database import Row
from kenpin.read_models.runs.predictions import PredictionFilter, page
from kenpin_training.architectures.anomaly.training import train_anomaly
from kenpin_training.artifact import read
from kenpin_training.backbones.backbone import PATCH_STEP
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.data import TrainingData, TrainingRow, data_now
from kenpin_training.pipeline import features
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.patches import Patches
from kenpin_training.suggest import features_in
from kenpin_training.train import train
from tests.training.conftest import Means, Photos

pytestmark = pytest.mark.usefixtures("means", "patches")
WIDTH, HEIGHT = 200, 120
SCRATCH = (40.0, 56.0, 48.0, 16.0)
"""x, y, width, height"""


def plate(
    seed: int, *, scratched: bool = False, clamp: bool = False, roughness: float = 12, level: float = 120
) -> bytes:
    random = np.random.default_rng(seed)
    pixels = random.normal(level, roughness, (HEIGHT, WIDTH, 3))
    if scratched:
        x, y, width, height = map(int, SCRATCH)
        pixels[y : y + height, x : x + width] += 90
    if clamp:
        pixels[:, 152:] = 240
    body = BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(body, "PNG")
    return body.getvalue()


def statistics(tile: Pixels) -> Patches:
    """Mean and spread of each place and colour, and zeros for the other channels."""
    rows, columns = (side // PATCH_STEP for side in tile.shape[:2])
    blocks = tile.reshape(rows, PATCH_STEP, columns, PATCH_STEP, 3).astype(np.float32)
    found = np.concatenate([blocks.mean(axis=(1, 3)), blocks.std(axis=(1, 3))], axis=-1)
    return np.pad(found, ((0, 0), (0, 0), (0, EFFICIENTNET_LITE0.patch_channels - 6)))


@pytest.fixture
def patches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "patch_network", lambda _: statistics)


@pytest.fixture
def plates(photos: Photos) -> Photos:
    """24 OK plates and 6 scratched ones to learn from, 4 and 4 to test on."""
    ok = photos.add([plate(n) for n in range(28)])
    ng = photos.add([plate(100 + n, scratched=True) for n in range(10)])
    photos.judge(ok, "OK")
    mark(photos, ng)
    ids = (*ok[24:], *ng[6:])
    photos.tell(AssignSplit(image_ids=ids, split="test", rule="by part"))
    return photos


def mark(photos: Photos, ids: list[ImageId]) -> None:
    """Judge images NG, with the scratch as a box, as a polygon, and without a place in turn."""
    x, y, width, height = SCRATCH
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    places = (
        Defect("scratch", box=SCRATCH),
        Defect("scratch", polygon=corners),
        Defect("scratch"),
    )
    judged = [
        Judgement(image_id=id, verdict="NG", defects=(places[n % 2 if n >= 6 else n % 3],))
        for n, id in enumerate(ids)
    ]
    photos.tell(SubmitAnnotations(annotations=tuple(judged)))


def outcome(platform: Platform) -> tuple[RunEvaluated, PoolScored, RunSucceeded]:
    found = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    evaluated = [
        event for event in found if isinstance(event, RunEvaluated) and event.evaluation.split == "test"
    ]
    scored = [event for event in found if isinstance(event, PoolScored)]
    done = [event for event in found if isinstance(event, RunSucceeded)]
    return evaluated[-1], scored[-1], done[-1]


@pytest.mark.parametrize("method", ["anomaly", "segmentation"])
def test_it_finds_the_scratch_and_where_it_is(platform: Platform, plates: Photos, method: Method) -> None:
    train(platform, plates.request(recipe=Recipe(method=method, image_size=96, long_side=None)), "line-pc:7")
    evaluated, scored, done = outcome(platform)
    measured = evaluated.evaluation
    assert (measured.auroc, measured.escapes, measured.defects) == (1.0, 0, 4)
    assert (
        measured.region_recall == 1.0 and (measured.pixel_auroc or 0) > 0.95 and (measured.aupro or 0) > 0.9
    )
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = pq.read_table(io.BytesIO(file.read())).to_pylist()
    sizes = [each for row in rows if row["use"] == "test" for each in row["defects"] or ()]
    assert sizes == [{"size": SCRATCH[2], "is_found": True}] * 4
    assert_false_regions(rows, measured)
    highest = max(rows, key=lambda row: float(row["score"]))
    assert highest["truth"] == "NG"
    assert highest["regions"][0]["class_id"] == (None if method == "anomaly" else "scratch")
    x, y, width, height = highest["regions"][0]["box"]
    assert (x, y) == pytest.approx(SCRATCH[:2], abs=2 * PATCH_STEP)
    assert (width, height) == pytest.approx(SCRATCH[2:], abs=2 * PATCH_STEP)
    assert Image.open(BytesIO(highest["heatmap"])).size == (WIDTH // PATCH_STEP, HEIGHT // PATCH_STEP)
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        body = file.read()
    model = read(body)
    assert model.to_bytes() == body
    store = features_in(platform, {})
    again = model.model.judge([highest["image_id"]], store, lambda done, total: None)
    assert again.scores[0] == pytest.approx(highest["score"])


def assert_false_regions(rows: Iterable[Row], measured: Evaluation) -> None:
    """Images hold as many false regions as the evaluation counts."""
    held = [row["false_regions"] for row in rows if row["use"] == "test"]
    assert (len(held), sum(held)) == (measured.mapped_images, measured.false_regions)


@pytest.mark.parametrize("method", ["anomaly", "segmentation"])
def test_places_outside_the_region_are_neither_learnt_from_nor_judged(
    platform: Platform, photos: Photos, method: Method
) -> None:
    part = ((0.0, 0.0), (144.0, 0.0), (144.0, 120.0), (0.0, 120.0))
    photos.tell(SetRegionOfInterest(width=WIDTH, height=HEIGHT, include=(part,)))
    ok = photos.add([plate(n, clamp=n >= 24) for n in range(28)])
    ng = photos.add([plate(100 + n, scratched=True) for n in range(10)])
    photos.judge(ok, "OK")
    mark(photos, ng)
    photos.tell(AssignSplit(image_ids=(*ok[24:], *ng[6:]), split="test", rule="by part"))
    asked = photos.request(recipe=Recipe(method=method, image_size=96, long_side=None))
    photos.tell(SetRegionOfInterest())
    train(platform, asked, "line-pc:7")
    evaluated, scored, done = outcome(platform)
    measured = evaluated.evaluation
    assert (measured.auroc, measured.escapes, measured.overkills) == (1.0, 0, 0)
    assert measured.region_recall == 1.0
    assert (measured.false_regions or 0) <= 1, "four of the OK plates have a clamp"
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = {row["image_id"]: row for row in pq.read_table(io.BytesIO(file.read())).to_pylist()}
    assert_false_regions(rows.values(), measured)
    clamped = np.asarray(Image.open(BytesIO(rows[ok[-1]]["heatmap"])))
    assert (clamped[:, 18:] == 0).all() and clamped[:, :18].any()
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        model = read(file.read())
    data = data_now(platform.events, platform.objects, "photos")
    store = features_in(platform, {}, data.picture_regions(model.about.regions))
    assert data.regions == ()
    (again,) = model.model.judge([ok[-1]], store, lambda done, total: None).scores
    assert again == pytest.approx(rows[ok[-1]]["score"])


def test_the_anomaly_family_needs_no_ng_image(platform: Platform, photos: Photos) -> None:
    photos.judge(photos.add([plate(n) for n in range(20)]), "OK")
    unlike = photos.add([plate(200, scratched=True)])
    train(platform, photos.request(recipe=Recipe(method="anomaly", image_size=96, long_side=None)), "pc:1")
    done = [e for c in platform.events.read("run-run1") for e in events_in(c) if isinstance(e, RunSucceeded)]
    [scored] = [
        e for c in platform.events.read("run-run1") for e in events_in(c) if isinstance(e, PoolScored)
    ]
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = {row["image_id"]: row["score"] for row in pq.read_table(io.BytesIO(file.read())).to_pylist()}
    assert rows[unlike[0]] > done[0].threshold
    assert sum(score > done[0].threshold for id, score in rows.items() if id != unlike[0]) <= 2


def test_images_that_a_run_left_out_are_marked_in_its_predictions(platform: Platform, photos: Photos) -> None:
    ids = photos.add([plate(n, scratched=n % 8 == 3) for n in range(32)])
    photos.judge(ids, "OK")
    train(platform, photos.request(recipe=Recipe(method="anomaly", image_size=96, long_side=None)), "pc:1")
    [scored] = [
        e for c in platform.events.read("run-run1") for e in events_in(c) if isinstance(e, PoolScored)
    ]
    given = PredictionFilter(is_suspect=True)
    found = page(platform.objects, scored.predictions, threshold=0.5, given=given, with_maps=True).rows
    assert {row["image_id"] for row in found} == {id for n, id in enumerate(ids) if n % 8 == 3}
    assert found[0]["regions"] and found[0]["heatmap"].startswith(b"\x89PNG")


class Silent:
    """Receives the progress of a run and shows none."""

    def progress(self, stage: str, done: int, total: int) -> None: ...

    def evaluated(self, evaluation: object) -> None: ...

    def epoch(self, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float) -> None: ...


@pytest.mark.parametrize("rough", [(), (2, 6, 10, 14, 18, 22, 26, 30)], ids=["one surface", "two surfaces"])
@pytest.mark.parametrize("ng", [(), (3, 11, 19, 27)], ids=["all OK", "some NG"])
def test_ng_images_among_the_ok_are_left_out_and_named(
    platform: Platform, photos: Photos, means: Means, ng: tuple[int, ...], rough: tuple[int, ...]
) -> None:
    """Images of a rarer surface are no NG images, though they lie far from the others."""
    ids = photos.add([plate(n, scratched=n in ng, roughness=24 if n in rough else 12) for n in range(32)])
    photos.judge(ids, "OK")
    data = data_now(platform.events, platform.objects, "photos")
    recipe = Recipe(method="anomaly", long_side=None)
    result = train_anomaly(data, recipe, 0, features_in(platform, {}), Silent())
    assert set(result.suspects) == {ids[n] for n in ng}


def test_an_ng_image_is_told_from_the_ok_images_of_its_own_place(platform: Platform, photos: Photos) -> None:
    """To the images of other places all images of a place are unlike, and a scratch makes one no more so."""
    ng = {5, 16, 27}
    dark = [plate(n, level=60, roughness=6, scratched=n in ng) for n in range(16)]
    bright = [plate(n, level=180, roughness=24, scratched=n in ng) for n in range(16, 32)]
    ids = photos.add(dark + bright)
    rows = [TrainingRow(id, None, "OK", f"place {n // 16}", "train") for n, id in enumerate(ids)]
    recipe = Recipe(method="anomaly", long_side=None)
    result = train_anomaly(TrainingData(tuple(rows), {}), recipe, 0, features_in(platform, {}), Silent())
    assert set(result.suspects) == {ids[n] for n in ng}
