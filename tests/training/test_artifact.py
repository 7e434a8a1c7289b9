"""A model in bytes: the same for the same model, and the same model back."""

from datetime import UTC, datetime
from typing import Final

import msgspec
import numpy as np
import pytest
from safetensors.numpy import save

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Capture
from kenpin.domain.recipe import Recipe
from kenpin_training.artifact import ModelArtifact, ModelMetadata, WrongArtifact, read
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.identity import identity
from kenpin_training.pipeline.classification import ClassificationModel
from kenpin_training.pipeline.familiarity import Reference
from kenpin_training.pipeline.fine_tune import FineTuned, fine_tune
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import fit
from kenpin_training.pipeline.regions import Region
from kenpin_training.pipeline.training_set import TrainingSet
from kenpin_training.predictions import PredictionRow, to_parquet

RECIPE = Recipe(method="fine_tune", image_size=96, epochs=2, batch_size=4, train_from_block=15)
PIXELS = np.random.default_rng(2).integers(0, 256, (12, 96, 96, 3), dtype=np.uint8)


def about(recipe: Recipe) -> ModelMetadata:
    return ModelMetadata(
        architecture=recipe.architecture,
        method=recipe.method,
        image_size=recipe.image_size,
        backbone=EFFICIENTNET_LITE0.digest,
        threshold=0.25,
        recipe=recipe.model_dump(),
        seed=3,
    )


def probe_model() -> ModelArtifact:
    random = np.random.default_rng(1)
    features, ng = (
        random.standard_normal((20, EFFICIENTNET_LITE0.features)).astype(np.float32),
        np.arange(20) % 2 == 0,
    )
    return ModelArtifact(about(Recipe()), ClassificationModel(Network(), fit(features, ng, c=1.0)))


def test_the_same_model_is_the_same_bytes_and_comes_back_whole() -> None:
    model = probe_model()
    body = model.to_bytes()
    assert body == probe_model().to_bytes()
    back = read(body)
    assert back.about == model.about
    assert back.to_bytes() == body


def test_the_reference_of_familiarity_comes_back_and_older_files_have_none() -> None:
    model = probe_model()
    assert read(model.to_bytes()).reference is None
    rows = np.random.default_rng(3).standard_normal((4, EFFICIENTNET_LITE0.features)).astype(np.float16)
    body = msgspec.structs.replace(model, reference=Reference(rows, 0.25)).to_bytes()
    back = read(body)
    assert back.reference is not None and back.reference.unit == 0.25
    assert np.array_equal(back.reference.rows, rows) and back.to_bytes() == body


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


def tuned() -> tuple[FineTuned, list[dict[str, float]]]:
    random, told = np.random.default_rng(2), list[dict[str, float]]()
    training_set = TrainingSet(PIXELS, np.arange(12) % 2 == 0, held_out=np.arange(12) < 4)
    features = random.random((8, EFFICIENTNET_LITE0.features)).astype(np.float32)
    start = fit(features, training_set.ng[4:], c=1.0)
    checkpoints = CheckpointStore(MemoryObjectStore(), "run1", identity(EFFICIENTNET_LITE0), RECIPE.epochs)
    return fine_tune(
        training_set,
        features,
        start,
        RECIPE,
        3,
        lambda epoch, metrics, left: told.append(metrics),
        checkpoints,
    ), told


def test_fine_tuning_twice_gives_the_same_bytes_and_changes_only_what_it_may() -> None:
    (first, told), (second, _) = tuned(), tuned()
    body, again = (
        ModelArtifact(about(RECIPE), ClassificationModel(result.network, result.probe)).to_bytes()
        for result in (first, second)
    )
    assert body == again
    assert set(first.network.tuned) == {
        f"blocks_15_{part}_conv" for part in ("expand", "depthwise", "project")
    }
    pinned = EFFICIENTNET_LITE0.weights.load()
    assert all((now != pinned[name][0]).any() for name, (now,) in first.network.tuned.items())
    assert [set(metrics) for metrics in told] == [{"loss", "held_out_loss", "held_out_auroc"}] * 2
    model = read(body).model
    assert isinstance(model, ClassificationModel)
    seen = model.network.compiled()(np.resize(PIXELS[:4], (16, 96, 96, 3)))[:4]
    assert np.allclose(model.probe.scores(seen), first.held_out, atol=1e-5), (
        "what is stored scores as what was trained"
    )


UNKNOWN: Final[dict[str, object]] = {
    **dict.fromkeys(("product", "line", "station", "camera", "light", "lot", "captured_at", "use", "group")),
    "classes": [],
    "defect_px": None,
    "defects": None,
    "false_regions": None,
    "label_doubt": None,
    "judged_otherwise": [],
    "judged_by": None,
    "label_book": None,
    "class_scores": None,
    "fold_class_scores": None,
    "ng_share": None,
    "embedding_x": None,
    "embedding_y": None,
}


def test_predictions_are_the_same_bytes_and_keep_what_is_not_known() -> None:
    import io

    import pyarrow.parquet as pq

    region = Region((1.0, 2.0, 3.0, 4.0), 12.0, 5.0, 0.9, "dent")
    rows = [
        PredictionRow("a" * 64, "test", "NG", 0.75),
        PredictionRow(
            "b" * 64,
            None,
            None,
            0.5,
            0.25,
            b"png",
            [region],
            unfamiliar=1.5,
            capture=Capture(line="L1", captured_at="2026-11-01T08:00:00Z"),
            use="train",
            group="group P1",
            classes=("dent",),
            label_doubt=0.7,
            judged_otherwise=["a"],
            judged_by="taro",
            label_book=3,
        ),
    ]
    assert to_parquet(rows) == to_parquet(list(rows))
    assert pq.read_table(io.BytesIO(to_parquet(rows))).to_pylist() == [
        {"image_id": "a" * 64, "split": "test", "truth": "NG", "score": 0.75, "fold_score": None}
        | {"heatmap": None, "regions": [], "is_suspect": False, "unfamiliar": None}
        | UNKNOWN,
        {"image_id": "b" * 64, "split": None, "truth": None, "score": 0.5, "fold_score": 0.25}
        | {
            "heatmap": b"png",
            "regions": [msgspec.structs.asdict(region) | {"box": [1.0, 2.0, 3.0, 4.0]}],
            "is_suspect": False,
            "unfamiliar": 1.5,
            **UNKNOWN,
            "line": "L1",
            "captured_at": datetime(2026, 11, 1, 8, tzinfo=UTC),
            "use": "train",
            "group": "group P1",
            "classes": ["dent"],
            "label_doubt": 0.7,
            "judged_otherwise": ["a"],
            "judged_by": "taro",
            "label_book": 3,
        },
    ]
