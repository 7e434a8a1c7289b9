"""A model in bytes: the same for the same model, and the same model back."""

import msgspec
import numpy as np
import pytest
from safetensors.numpy import save

from kenpin.domain.recipe import Recipe
from kenpin_training.architectures.efficientnet_lite0 import FEATURES, weights
from kenpin_training.artifact import About, Model, WrongArtifact, read
from kenpin_training.pipeline.fine_tune import fine_tune
from kenpin_training.pipeline.lesson import Lesson
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import fit
from kenpin_training.predictions import Prediction, to_parquet

RECIPE = Recipe(method="fine_tune", image_size=96, epochs=2, batch_size=4, train_from_block=15)


def about(recipe: Recipe) -> About:
    return About(
        architecture=recipe.architecture,
        method=recipe.method,
        image_size=recipe.image_size,
        backbone=weights.DIGEST,
        threshold=0.25,
        recipe=recipe.model_dump(),
        seed=3,
    )


def probe_model() -> Model:
    random = np.random.default_rng(1)
    features, ng = random.standard_normal((20, FEATURES)).astype(np.float32), np.arange(20) % 2 == 0
    return Model(about(Recipe()), Network(), fit(features, ng, c=1.0))


def test_the_same_model_is_the_same_bytes_and_comes_back_whole() -> None:
    model = probe_model()
    body = model.to_bytes()
    assert body == probe_model().to_bytes()
    back = read(body)
    assert back.about == model.about and back.probe.bias == model.probe.bias
    assert back.probe.weight.tobytes() == model.probe.weight.tobytes()
    assert back.to_bytes() == body


def test_a_model_on_other_weights_is_refused() -> None:
    model = probe_model()
    other = msgspec.structs.replace(model, about=msgspec.structs.replace(model.about, backbone="0" * 64))
    with pytest.raises(WrongArtifact, match="train it anew"):
        read(other.to_bytes())


@pytest.mark.parametrize(
    "body", [b"", b"no model", save({"x": np.ones(3)}), save({"x": np.ones(3)}, {"a": "b"})]
)
def test_other_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(WrongArtifact):
        read(body)


def tuned() -> tuple[Model, list[tuple[int, dict[str, float]]]]:
    random, told = np.random.default_rng(2), list[tuple[int, dict[str, float]]]()
    pixels = random.integers(0, 256, (12, 96, 96, 3), dtype=np.uint8)
    ng = np.arange(12) % 2 == 0
    lesson = Lesson(pixels, ng, held_out=np.arange(12) < 4)
    features = random.random((8, FEATURES)).astype(np.float32)
    start = fit(features, ng[4:], c=1.0)
    result = fine_tune(
        lesson, features, start, RECIPE, 3, lambda epoch, metrics, left: told.append((epoch, metrics))
    )
    seen = Network(96, result.network.tuned).compiled()(np.resize(pixels[:4], (16, 96, 96, 3)))[:4]
    assert np.allclose(result.probe.scores(seen), result.held_out, atol=1e-5), (
        "head and features say the same apart"
    )
    return Model(about(RECIPE), result.network, result.probe), told


def test_fine_tuning_twice_gives_the_same_bytes_and_changes_only_what_it_may() -> None:
    (first, told), (second, _) = tuned(), tuned()
    assert first.to_bytes() == second.to_bytes()
    assert set(first.network.tuned) == {
        f"blocks_15_{part}_conv" for part in ("expand", "depthwise", "project")
    }
    pinned = weights.load()
    assert all((now != pinned[name][0]).any() for name, (now,) in first.network.tuned.items())
    assert [epoch for epoch, _ in told] == [1, 2]
    assert set(told[0][1]) == {"loss", "held_out_loss", "held_out_auroc"}
    back = read(first.to_bytes())
    assert back.network.digest == first.network.digest != Network(96).digest


def test_predictions_are_the_same_bytes_and_keep_what_is_not_known() -> None:
    import io

    import pyarrow.parquet as pq

    rows = [Prediction("a" * 64, "test", "NG", 0.75), Prediction("b" * 64, None, None, 0.5, 0.25)]
    assert to_parquet(rows) == to_parquet(list(rows))
    assert pq.read_table(io.BytesIO(to_parquet(rows))).to_pylist() == [
        {"image_id": "a" * 64, "split": "test", "truth": "NG", "score": 0.75, "fold_score": None},
        {"image_id": "b" * 64, "split": None, "truth": None, "score": 0.5, "fold_score": 0.25},
    ]
