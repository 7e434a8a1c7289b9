"""A fine-tuned model averages its score over turned or mirrored images, where its recipe says so."""

import numpy as np
import pytest
from msgspec.structs import replace

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.recipe import Method, Recipe
from kenpin.domain.run.events import RunEvaluated
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.identity import identity
from kenpin_training.pipeline.classification import ClassificationModel, classification_of
from kenpin_training.pipeline.fine_tune import fine_tune
from kenpin_training.pipeline.network import Network, tuned_network
from kenpin_training.pipeline.probe import Probe, fit
from kenpin_training.pipeline.training_set import TrainingSet
from kenpin_training.pipeline.views import Views, views_of
from kenpin_training.train import train
from tests.training.conftest import SIZE, Photos

RECIPE = Recipe(
    method="fine_tune",
    image_size=SIZE,
    epochs=1,
    batch_size=4,
    train_from_block=15,
    may_turn=True,
    average_views=True,
)
VIEWS: tuple[Views, ...] = ("single", "turned", "mirrored")
IMAGE = np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("method", "average_views", "may_turn", "may_mirror", "expected"),
    [
        ("fine_tune", True, True, True, "turned"),
        ("fine_tune", True, True, False, "turned"),
        ("fine_tune", True, False, True, "mirrored"),
        ("fine_tune", True, False, False, "single"),
        ("fine_tune", False, True, True, "single"),
        ("probe", True, True, True, "single"),
    ],
)
def test_the_views_are_those_that_fine_tuning_may_see(
    method: Method, average_views: bool, may_turn: bool, may_mirror: bool, expected: Views
) -> None:
    recipe = Recipe(method=method, average_views=average_views, may_turn=may_turn, may_mirror=may_mirror)
    assert views_of(recipe) == expected


@pytest.mark.parametrize(
    ("views", "copies"),
    [
        ("turned", [np.rot90(IMAGE, turns) for turns in range(4)]),
        ("mirrored", [IMAGE, IMAGE[:, ::-1], IMAGE[::-1], IMAGE[::-1, ::-1]]),
    ],
)
def test_features_are_the_mean_over_the_views(views: Views, copies: list[np.ndarray]) -> None:
    each = Network(SIZE).model()(np.stack(copies), training=False).numpy()
    assert np.abs(each - each.mean(axis=0)).max() > 0.01
    other = np.zeros_like(IMAGE)
    found = Network(SIZE, views=views).model()(np.stack([other, IMAGE]), training=False).numpy()
    assert np.abs(found[1] - each.mean(axis=0)).max() < 1e-4


def test_features_of_other_views_are_kept_apart() -> None:
    assert len({Network(SIZE, views=views).digest for views in VIEWS}) == 3


def test_held_out_scores_are_those_of_the_model_by_its_views() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (12, SIZE, SIZE, 3), dtype=np.uint8)
    training_set = TrainingSet(pixels, np.arange(12) % 2 == 0, held_out=np.arange(12) < 4)
    features = Network(SIZE).model()(pixels[4:], training=False).numpy()
    start = fit(features, training_set.ng[4:], c=1.0)
    checkpoints = CheckpointStore(MemoryObjectStore(), "run1", identity(EFFICIENTNET_LITE0), RECIPE.epochs)
    tuned = fine_tune(training_set, features, start, RECIPE, 3, lambda *_: None, checkpoints)
    assert tuned.network.views == "turned"
    judged, single = (
        tuned.probe.scores(network.model()(pixels[:4], training=False).numpy())
        for network in (tuned.network, replace(tuned.network, views="single"))
    )
    assert np.abs(tuned.held_out - judged).max() < 1e-4 < np.abs(judged - single).max()


def test_a_model_is_read_back_with_its_views() -> None:
    network = tuned_network(RECIPE, {})
    model = ClassificationModel(network, Probe(np.zeros(EFFICIENTNET_LITE0.features), 0.0))
    assert classification_of(model.tensors(), RECIPE).network.digest == network.digest


def test_the_share_that_is_held_out_is_of_the_recipe(platform: Platform, labelled: Photos) -> None:
    train(platform, labelled.request(recipe=RECIPE.model_copy(update={"held_out_of": 3})), "line-pc:7")
    told = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    (of_train,) = (
        event.evaluation
        for event in told
        if isinstance(event, RunEvaluated) and event.evaluation.split == "train"
    )
    assert of_train.images == 4 and of_train.split_rule.startswith("one image in 3 held out")
