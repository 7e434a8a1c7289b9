"""The probe on tiles finds a spot that is lost in the whole picture, with marks and without."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import Judgement, SetRegionOfInterest, SubmitAnnotations
from kenpin.domain.dataset.values import Defect
from kenpin.domain.polygon import Outline
from kenpin.domain.recipe import Method, Recipe
from kenpin.domain.run.events import RunEvaluated, RunSucceeded
from kenpin.domain.run.values import Evaluation
from kenpin_inspect.judge import squares
from kenpin_training.artifact import read
from kenpin_training.data import data_now
from kenpin_training.pipeline.features import no_progress
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.tiled_probe import TiledImage, TiledModel, fit_tiles, train_on_tiles
from kenpin_training.pipeline.tiles import TilePlan, most_squares
from kenpin_training.suggest import features_in
from kenpin_training.train import train
from tests.training.conftest import Means, Photos

SIDE = 96
RECIPE = Recipe(image_size=SIDE, tiles_along=2)
PLAN = TilePlan(2 * SIDE, SIDE, margin=0)
WIDTH, HEIGHT = 192, 144
SPOT = (150.0, 8.0, 24.0, 24.0)
"""x, y, width, height, in the last of the upper tiles alone"""


def part(seed: int, *, spotted: bool = False, clamp: bool = False) -> bytes:
    pixels = np.random.default_rng(seed).integers(100, 120, (HEIGHT, WIDTH, 3), np.uint8)
    x, y, width, height = map(int, SPOT)
    if spotted:
        pixels[y : y + height, x : x + width, 0] = 250
    if clamp:
        pixels[80:, :60, 0] = 250
    body = BytesIO()
    Image.fromarray(pixels).save(body, "PNG")
    return body.getvalue()


@pytest.fixture
def parts(photos: Photos) -> Photos:
    """12 OK parts and 6 with a spot: a mark on half of those."""
    photos.judge(photos.add([part(n) for n in range(12)]), "OK")
    ng = photos.add([part(100 + n, spotted=True) for n in range(6)])
    marks = (Defect("spot", box=SPOT), Defect("spot"))
    judged = [Judgement(image_id=id, verdict="NG", defects=(marks[n % 2],)) for n, id in enumerate(ng)]
    photos.tell(SubmitAnnotations(annotations=tuple(judged)))
    return photos


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([96, 224]))
def test_squares_cover_the_picture_and_overlap_by_half(width: int, height: int, side: int) -> None:
    covered = np.zeros((height, width), bool)
    found = squares(width, height, side)
    for x, y in found:
        covered[y : y + side, x : x + side] = True
        assert 0 <= x <= max(0, width - side) and 0 <= y <= max(0, height - side)
    assert covered.all()
    for starts in ({x for x, _ in found}, {y for _, y in found}):
        assert (np.diff(sorted(starts)) <= side / 2 + 1).all()
    along = -(-max(width, height) // side)
    assert len(found) <= most_squares(along)


def test_the_whole_picture_in_one_square_is_the_default() -> None:
    assert Recipe().tiles_along == 1


@pytest.mark.parametrize("method", ["anomaly", "segmentation"])
def test_other_methods_refuse_tiles(method: Method) -> None:
    with pytest.raises(
        ValidationError, match=f"tiles_along is for the methods probe and fine_tune.*{method}"
    ):
        Recipe(method=method, tiles_along=2)


def test_a_run_on_tiles_scores_by_the_highest_tile(platform: Platform, parts: Photos, means: Means) -> None:
    train(platform, parts.request(recipe=RECIPE), "line-pc:7")
    told = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    (measured,) = [event.evaluation for event in told if isinstance(event, RunEvaluated)]
    (done,) = [event for event in told if isinstance(event, RunSucceeded)]
    assert (measured.auroc, measured.escapes, measured.overkills) == (1.0, 0, 0)
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        body = file.read()
    found = read(body)
    assert isinstance(found.model, TiledModel) and found.to_bytes() == body
    seen = means.seen
    judged = found.model.judge(parts.ids, features_in(platform, {}), no_progress)
    assert means.seen == seen, "the features of tiles were kept"
    assert judged.scores[:12].max() < done.threshold <= judged.scores[12:].min()


def test_tiles_see_a_spot_that_the_whole_picture_does_not_show_as_clearly(
    platform: Platform, parts: Photos, means: Means
) -> None:
    store, network = features_in(platform, {}), pinned_network(RECIPE)
    whole = store.features(parts.ids, network, no_progress)
    tiles = store.tile_features(parts.ids, network, PLAN, no_progress)
    assert {each.shape for each in tiles} == {(len(squares(WIDTH, HEIGHT, SIDE)), 3)}
    assert tiles[-1][:, 0].max() - 110 > 2 * (whole[-1, 0] - 110)
    again = store.tile_features(parts.ids, network, PLAN, no_progress)
    assert all((one == two).all() for one, two in zip(tiles, again, strict=True))


@pytest.mark.parametrize("tiles_along", [1, 2])
def test_a_probe_sees_the_box_of_the_region_alone(
    platform: Platform, photos: Photos, means: Means, tiles_along: int
) -> None:
    photos.judge(photos.add([part(n, clamp=n % 2 == 1) for n in range(12)]), "OK")
    photos.judge(photos.add([part(100 + n, spotted=True) for n in range(6)]), "NG")
    right = ((140.0, 0.0), (192.0, 0.0), (192.0, 60.0), (140.0, 60.0))
    photos.tell(SetRegionOfInterest(width=2 * WIDTH, height=2 * HEIGHT, include=(_doubled(right),)))
    recipe = Recipe(image_size=SIDE, tiles_along=tiles_along)
    train(platform, photos.request(recipe=recipe), "line-pc:7")
    whole = recipe.model_copy(update={"region_of_interest": False})
    train(platform, photos.request("run2", recipe=whole), "line-pc:7")
    first, second = (evaluation_of(platform, run) for run in ("run1", "run2"))
    assert (first.auroc, first.escapes, first.overkills) == (1.0, 0, 0)
    assert (second.auroc or 0) < 1


def _doubled(polygon: Outline) -> Outline:
    return tuple((2 * x, 2 * y) for x, y in polygon)


def evaluation_of(platform: Platform, run: str) -> Evaluation:
    told = [event for commit in platform.events.read(f"run-{run}") for event in events_in(commit)]
    (measured,) = [event.evaluation for event in told if isinstance(event, RunEvaluated)]
    return measured


def test_each_unseen_score_is_of_a_probe_that_had_not_seen_the_image(
    platform: Platform, parts: Photos, means: Means
) -> None:
    class Silent:
        def progress(self, stage: str, done: int, total: int) -> None: ...

    data = data_now(platform.events, platform.objects, "photos")
    result = train_on_tiles(data, RECIPE, 0, features_in(platform, {}), Silent())  # type: ignore[arg-type]
    judged = result.model.judge(data.image_ids, features_in(platform, {}), no_progress)
    assert not np.isnan(result.unseen).any() and (result.unseen != judged.scores).all()


@pytest.mark.parametrize("with_mark", [True, False])
def test_only_the_tile_with_the_defect_becomes_ng(with_mark: bool) -> None:
    random = np.random.default_rng(3)
    images, ng = [], np.arange(40) % 2 == 1
    for is_ng in ng:
        tiles, marked = random.normal(size=(6, 8)).astype(np.float32), np.zeros(6, bool)
        if is_ng:
            tiles[2, 0] += 6
            marked[2] = with_mark
        images.append(TiledImage(tiles, marked))
    probe = fit_tiles(images, ng, c=1.0)
    for image, is_ng in zip(images, ng, strict=True):
        scores = probe.scores(image.features)
        assert (scores.argmax() == 2) if is_ng else (scores.max() < 0.9)
        assert np.delete(scores, 2).max() < 0.9
