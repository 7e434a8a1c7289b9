"""A network that a person registered: its taps become features and patches, and a run keeps to its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kenpin.application.backbones import backbone_file
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.ids import ModelId
from kenpin.domain.model.commands import RegisterModel
from kenpin.domain.model.decider import model as models
from kenpin.domain.model.events import ModelExported
from kenpin.domain.recipe import Method, Recipe
from kenpin.domain.run.events import RunStarted, RunSucceeded
from kenpin.ports import Job
from kenpin_training.artifact import read
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.backbones.keras_file.backbone import KerasBackbone
from kenpin_training.backbones.keras_file.file import UnusableBackbone, fetch_backbone, path_of
from kenpin_training.determinism import set_up
from kenpin_training.export_model import export_model
from kenpin_training.pipeline.features import no_progress
from kenpin_training.report import Reporter
from kenpin_training.suggest import features_in, model_of
from kenpin_training.train import train
from tests.training.conftest import BY, SIZE, Photos

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.filterwarnings("ignore")  # of TensorFlow, Keras and tf2onnx about each other
TAPS = "fine,coarse"


def network() -> keras.Model:
    """A classifier of pictures of 64 pixels, with random weights."""
    set_up()
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    image = layers.Input((64, 64, 3))
    x = layers.Conv2D(4, 3, 4, "same", activation="relu", name="first")(image)
    x = layers.Conv2D(6, 3, 2, "same", activation="relu", name="fine")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Conv2D(5, 3, 2, "same", activation="relu", name="coarse")(x)
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    return keras.Model(image, layers.Dense(10, name="classes")(x))


def file_of(model: keras.Model, folder: Path) -> bytes:
    model.save(folder / "network.keras")
    return (folder / "network.keras").read_bytes()


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return file_of(network(), tmp_path_factory.mktemp("keras"))


Store = Callable[..., Recipe]


@pytest.fixture
def stored(platform: Platform) -> Store:
    """Stores a file, and answers the recipe of a run on it."""

    def store(body: bytes, taps: str = TAPS, **others: object) -> Recipe:
        digest = hashlib.sha256(body).hexdigest()
        platform.objects.put(backbone_file(digest), BytesIO(body))
        own = {
            "architecture": "ours",
            "backbone": digest,
            "taps": taps,
            "pixel_mean": 127,
            "pixel_scale": 128,
        }
        recipe = Recipe.model_validate({"image_size": SIZE, "long_side": None, **own, **others})
        fetch_backbone(platform, recipe)
        return recipe

    return store


def backbone(recipe: Recipe) -> KerasBackbone:
    found = backbone_of(recipe)
    assert isinstance(found, KerasBackbone)
    return found


def test_features_are_mean_and_spread_of_the_taps_at_any_size(body: bytes, stored: Store) -> None:
    import keras

    ours = backbone(stored(body))
    assert (ours.features, ours.patch_channels) == (2 * (6 + 5), 6 + 5)
    images = np.random.default_rng(2).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    whole = network()
    fine = keras.Model(whole.input, whole.get_layer("fine").output)((images.astype(np.float32) - 127) / 128)
    found = ours.model(64)(images, training=False).numpy()
    assert found[:, :6] == pytest.approx(fine.numpy().mean(axis=(1, 2)), abs=1e-5)
    assert ours.model(SIZE).output_shape == (None, ours.features)
    assert ours.patch_model(SIZE, 2 * SIZE).output_shape == (None, 12, 24, 11)


def test_other_taps_or_another_scale_have_features_of_their_own(body: bytes, stored: Store) -> None:
    keys = {backbone(stored(body, **other)).key for other in ({}, {"taps": "fine"}, {"pixel_mean": 0})}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("taps", "why"), [("nowhere", "nowhere"), ("classes", "layer classes makes no map"), ("pooled", "pooled")]
)
def test_a_tap_that_makes_no_map_is_refused(body: bytes, stored: Store, taps: str, why: str) -> None:
    with pytest.raises(UnusableBackbone, match=f"network ours cannot be used: .*{why}"):
        backbone(stored(body, taps)).model(SIZE)


def test_patches_need_a_tap_of_their_step(body: bytes, stored: Store) -> None:
    ours = backbone(stored(body, "first"))
    assert ours.features == 8
    with pytest.raises(UnusableBackbone, match=r"need a tap with a step of 8 or 16 pixels.* 24 × 24"):
        ours.patch_model(SIZE, SIZE)


def test_code_in_a_file_is_not_run(tmp_path: Path, stored: Store) -> None:
    import keras
    from keras import layers

    image = layers.Input((64, 64, 3))
    code = keras.Model(image, layers.Lambda(lambda x: x * 2, name="code")(image))
    with pytest.raises(UnusableBackbone, match=r"(?i)lambda"):
        backbone(stored(file_of(code, tmp_path), "code")).model(SIZE)


def test_damaged_bytes_are_not_used(platform: Platform, body: bytes, stored: Store) -> None:
    recipe = stored(body)
    ours = backbone(recipe)
    path_of("ours", ours.digest).write_bytes(b"other")
    with pytest.raises(UnusableBackbone, match="has digest"):
        path_of("ours", ours.digest)
    fetch_backbone(platform, recipe)
    assert path_of("ours", ours.digest).read_bytes() == body


@pytest.mark.parametrize("method", ["probe", "anomaly"])
def test_a_run_on_a_registered_network_is_stored_and_read_back(
    platform: Platform, labelled: Photos, body: bytes, stored: Store, method: Method
) -> None:
    labelled.judge(labelled.ids[16:20], "OK")
    recipe = stored(body, method=method)
    train(platform, labelled.request(recipe=recipe), "line-pc:7")
    told = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    (started,) = [event for event in told if isinstance(event, RunStarted)]
    (done,) = [event for event in told if isinstance(event, RunSucceeded)]
    assert started.identity.weights_digest == recipe.backbone
    found = model_of(platform, "run1")
    assert found is not None and found.about.backbone == recipe.backbone
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        assert read(file.read()).to_bytes() == found.to_bytes()
    judged = found.model.judge(labelled.ids[:2], features_in(platform, {}), no_progress)
    assert np.isfinite(judged.scores).all()
    assert exported(platform, done.artifact).largest_difference <= 1e-3


def test_a_registered_network_is_fine_tuned_and_a_run_that_was_cut_off_makes_the_same_model(
    platform: Platform, labelled: Photos, body: bytes, stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = stored(body, method="fine_tune", epochs=2, batch_size=4)
    train(platform, labelled.request("run1", recipe), "line-pc:7")
    job, tell = labelled.request("run2", recipe), Reporter.epoch

    def cut_off(reporter: Reporter, epoch: int, *told: object) -> None:
        if epoch == 2:
            raise MemoryError
        tell(reporter, epoch, *told)  # type: ignore[arg-type]  # as told

    with monkeypatch.context() as dying:
        dying.setattr(Reporter, "epoch", cut_off)
        with pytest.raises(MemoryError):
            train(platform, job, "line-pc:7")
    train(platform, job, "line-pc:8")
    whole, resumed = model_of(platform, "run1"), model_of(platform, "run2")
    assert whole is not None and resumed is not None
    tensors = whole.model.tensors()
    assert {name.split("/")[1] for name in tensors if name.startswith("tuned/")} == {"fine", "coarse"}
    pinned = network().get_layer("coarse").get_weights()[0]
    assert not np.array_equal(tensors["tuned/coarse/0"], pinned)
    assert resumed.to_bytes() == whole.to_bytes()
    event = exported(platform, done_artifact(platform, "run1"))
    assert event.largest_difference <= event.tolerance


def test_a_network_without_convolutions_is_not_fine_tuned(tmp_path: Path, stored: Store) -> None:
    import keras
    from keras import layers

    image = layers.Input((64, 64, 3))
    pooled = keras.Model(image, layers.AveragePooling2D(8, name="pooled")(image))
    ours = backbone(stored(file_of(pooled, tmp_path), "pooled"))
    with pytest.raises(UnusableBackbone, match="no convolution before its taps"):
        ours.learning_layers(ours.model(SIZE), 8)


def done_artifact(platform: Platform, run_id: str) -> str:
    told = [event for commit in platform.events.read(f"run-{run_id}") for event in events_in(commit)]
    (done,) = [event for event in told if isinstance(event, RunSucceeded)]
    return done.artifact


def exported(platform: Platform, artifact: str, model_id: ModelId = "m1") -> ModelExported:
    command = RegisterModel(
        model_id=model_id,
        project_id="demo",
        dataset_id="photos",
        run_id="run1",
        artifact=artifact,
        threshold=0.5,
    )
    platform.commands.execute(models, model_id, command, by=BY)
    export_model(
        platform, Job("export-e1", "export_model", model_id, {"export_id": "e1", "format": "onnx"}, "c1")
    )
    found = [event for commit in platform.events.read(f"model-{model_id}") for event in events_in(commit)]
    (event,) = [event for event in found if isinstance(event, ModelExported)]
    return event
