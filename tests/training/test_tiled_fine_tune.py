"""Fine-tuning on tiles: the tiles that it learns from, and a run of it that is stored and read back."""

import numpy as np
import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.recipe import Recipe
from kenpin_training.data import data_now
from kenpin_training.pipeline.features import no_progress
from kenpin_training.pipeline.probe import Probe
from kenpin_training.pipeline.tiled_fine_tune import tiles_to_learn
from kenpin_training.pipeline.tiled_probe import TiledImage, TiledModel
from kenpin_training.pipeline.training_set import TrainingSet
from kenpin_training.suggest import features_in, model_of
from kenpin_training.train import train
from tests.training.conftest import Photos
from tests.training.test_tiled_probe import SIDE, parts

__all__ = ["parts"]
RECIPE = Recipe(
    method="fine_tune", image_size=SIDE, tiles_along=2, epochs=2, batch_size=8, train_from_block=15
)
HIGHEST_SECOND = np.array([[0.0], [3.0], [1.0]], np.float32)


@pytest.mark.parametrize(
    ("is_ng", "marked", "expected"),
    [
        (False, (False, False, False), (True, True, True)),
        (True, (True, False, True), (True, False, True)),
        (True, (False, False, False), (False, True, False)),
    ],
)
def test_tiles_that_have_the_verdict_of_their_image_are_learnt(
    is_ng: bool, marked: tuple[bool, ...], expected: tuple[bool, ...]
) -> None:
    image = TiledImage(HIGHEST_SECOND, np.array(marked))
    assert tuple(tiles_to_learn(image, Probe(np.ones(1), 0.0), is_ng=is_ng)) == expected


def test_a_held_out_image_has_the_highest_score_of_its_tiles() -> None:
    image = np.array([0, 0, 1, 2, 2, 2])
    held_out = image != 1
    tiles = TrainingSet(np.zeros((6, 1, 1, 3), np.uint8), image == 2, held_out, image)
    assert tiles.of_held_out_images(np.array([0.1, 0.4, 0.2, 0.9, 0.3])).tolist() == [0.4, 0.9]
    assert tiles.of_held_out_images(tiles.ng[held_out]).tolist() == [False, True]
    assert tiles.batches_an_epoch(1) == 1


@pytest.mark.filterwarnings("ignore")  # of TensorFlow and Keras about each other
def test_a_run_tunes_the_network_on_tiles_and_is_read_back(platform: Platform, parts: Photos) -> None:
    train(platform, parts.request(recipe=RECIPE), "line-pc:7")
    found = model_of(platform, "run1")
    assert found is not None and isinstance(found.model, TiledModel)
    assert set(found.model.network.tuned) == {
        "blocks_15_expand_conv",
        "blocks_15_depthwise_conv",
        "blocks_15_project_conv",
    }
    data = data_now(platform.events, platform.objects, "photos")
    judged = found.model.judge(data.image_ids, features_in(platform, {}), no_progress)
    assert judged.scores[:12].max() < judged.scores[12:].min()
