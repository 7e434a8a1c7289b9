"""The job `export_model`: files of a model that answer as it does, with the real network."""

import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from kenpin.application.model_exports import find_model_export, object_of
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.model.commands import ChooseThreshold, RegisterModel
from kenpin.domain.model.decider import model as models
from kenpin.domain.model.events import ModelExported, ModelFormat
from kenpin.domain.recipe import Architecture, Recipe
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.domain.run.commands import ReportPoolScored, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from kenpin.ports import Job
from kenpin_inspect.judge import judge
from kenpin_inspect.model_file import read_model_file
from kenpin_training.architectures.anomaly.head import AnomalyHead
from kenpin_training.architectures.anomaly.memory import PatchMemory
from kenpin_training.architectures.segmentation.head import PatchClassifier
from kenpin_training.artifact import ModelArtifact, ModelMetadata
from kenpin_training.backbones.efficientnet_lite.variants import BACKBONES, EFFICIENTNET_LITE0
from kenpin_training.export_model import export_model
from kenpin_training.exporting import formats, self_check
from kenpin_training.exporting.self_check import UnlikeAnswers
from kenpin_training.identity import identity
from kenpin_training.pipeline.class_heads import ClassHeads
from kenpin_training.pipeline.classification import ClassificationModel, classification_of
from kenpin_training.pipeline.model import TrainedModel
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.patch_model import PatchModel, plan_of
from kenpin_training.pipeline.probe import Probe
from kenpin_training.pipeline.tiled_probe import tiled_of
from tests.training.conftest import BY, SIZE, Photos, photo
from tests.training.test_patch_families import plate

pytestmark = pytest.mark.filterwarnings("ignore")  # of TensorFlow, Keras and tf2onnx about each other
PATCHED = Recipe(method="anomaly", long_side=None)
SEGMENTED = Recipe(method="segmentation", long_side=160)
TILED = Recipe(image_size=SIZE, tiles_along=2)
SINGLE = Recipe(image_size=SIZE)
TURNED = Recipe(method="fine_tune", image_size=SIZE, average_views=True, may_turn=True)
MIRRORED = TURNED.model_copy(update={"may_turn": False})


def probe() -> TrainedModel:
    weight, other = np.random.default_rng(0).normal(0, 0.05, (2, EFFICIENTNET_LITE0.features))
    return ClassificationModel(
        Network(SIZE), Probe(weight, 0.1), ClassHeads(("dent",), (Probe(other, -0.2),))
    )


def anomaly(recipe: Recipe) -> TrainedModel:
    random, channels = np.random.default_rng(0), BACKBONES[recipe.architecture].patch_channels
    memory = PatchMemory(
        np.zeros(channels, np.float32),
        np.full(channels, 1.2, np.float32),
        random.normal(0, 1, (300, channels)).astype(np.float32),
    )
    return PatchModel(plan_of(recipe), recipe.top_places, AnomalyHead(memory, 14.0, 0.5))


def segmentation(recipe: Recipe) -> TrainedModel:
    channels, random = BACKBONES[recipe.architecture].patch_channels, np.random.default_rng(0)

    def layer(*shape: int) -> np.ndarray:
        return random.normal(0, 0.2, shape).astype(np.float32)

    head = PatchClassifier(
        np.zeros(channels, np.float32),
        np.ones(channels, np.float32),
        (layer(channels, 16), layer(16)),
        (layer(16, 3), layer(3)),
    )
    return PatchModel(plan_of(recipe), recipe.top_places, head, ("dent", "scratch"))


@pytest.fixture
def registered(photos: Photos, platform: Platform) -> Callable[..., None]:
    """Stores a model and registers it, as a run does."""

    def register(model: TrainedModel, recipe: Recipe, *regions: RegionOfInterest) -> None:
        about = ModelMetadata(
            architecture=recipe.architecture,
            method=recipe.method,
            image_size=SIZE,
            backbone=BACKBONES[recipe.architecture].digest,
            threshold=0.5,
            recipe=recipe.model_dump(mode="json"),
            seed=0,
            defect_classes=model.classes,
            regions=regions,
        )
        body = ModelArtifact(about, model).to_bytes()
        digest = sha256(body).hexdigest()
        platform.objects.put(f"models/{digest}.safetensors", BytesIO(body))
        photos.request(recipe=recipe)
        for told in (
            StartRun(
                attempt=1, identity=identity(BACKBONES[recipe.architecture]), worker="pc:1", resumes_after=0
            ),
            ReportPoolScored(attempt=1, predictions=digest, images=1),
            SucceedRun(attempt=1, artifact=digest, threshold=0.5, seconds=1),
        ):
            platform.commands.execute(run, "run1", told, by=BY)
        command = RegisterModel(
            model_id="m1",
            project_id="demo",
            dataset_id="photos",
            run_id="run1",
            artifact=digest,
            threshold=0.5,
        )
        platform.commands.execute(models, "m1", command, by=BY)

    return register


def asked(format: ModelFormat) -> Job:
    return Job("export-e1", "export_model", "m1", {"export_id": "e1", "format": format}, "c1")


def exported(platform: Platform) -> ModelExported:
    found = [event for commit in platform.events.read("model-m1") for event in events_in(commit)]
    (event,) = [event for event in found if isinstance(event, ModelExported)]
    return event


def test_a_probe_on_tiles_answers_by_its_highest_tile(
    platform: Platform,
    photos: Photos,
    registered: Callable[[TrainedModel, Recipe], None],
) -> None:
    photos.judge(photos.add([plate(seed, scratched=seed % 2 == 0) for seed in range(4)]), "OK")
    registered(tiled_of(probe().tensors(), TILED, ("dent",)), TILED)
    export_model(platform, asked("onnx"))
    event = exported(platform)
    assert event.images == 4 and event.largest_difference <= event.tolerance
    with platform.objects.open(object_of(event.digest)) as file, ZipFile(file) as archive:
        described = json.loads(archive.read("model.json"))
    assert (described["long_side"], described["tile"]) == (2 * SIZE, [SIZE, SIZE])


@pytest.mark.parametrize(
    ("model", "recipe"),
    [
        (probe(), Recipe(image_size=SIZE)),
        (tiled_of(probe().tensors(), TILED, ("dent",)), TILED),
        (anomaly(PATCHED), PATCHED),
        (segmentation(SEGMENTED), SEGMENTED),
    ],
    ids=["probe", "tiled", "anomaly", "segmentation"],
)
def test_the_file_of_a_model_with_regions_judges_only_those_of_each_camera(
    platform: Platform,
    photos: Photos,
    registered: Callable[..., None],
    model: TrainedModel,
    recipe: Recipe,
) -> None:
    part = (((30, 20.5), (170, 31), (160, 110), (40, 100)),)
    regions = (
        RegionOfInterest(200, 120, include=part, ignore=(((60, 50), (90, 50), (75, 80)),)),
        RegionOfInterest(100, 60, ignore=(((0, 0), (50, 0), (50, 60), (0, 60)),), camera="cam-2"),
    )
    plates = [plate(seed, scratched=seed % 2 == 0, clamp=True) for seed in range(4)]
    photos.judge(photos.add(plates[:2]) + photos.add(plates[2:], camera="cam-2"), "OK")
    registered(model, recipe, *regions)
    export_model(platform, asked("onnx"))
    event = exported(platform)
    assert event.images == 4 and event.largest_difference <= event.tolerance
    with platform.objects.open(object_of(event.digest)) as file, ZipFile(file) as archive:
        described = json.loads(archive.read("model.json"))
        card = archive.read("MODEL_CARD.md").decode()
    assert {camera: region["size"] for camera, region in described["regions"].items()} == {
        "": [200, 120],
        "cam-2": [200, 120],
    }
    assert "- camera cam-2: the whole picture, apart from 0,0 50,0 50,60 0,60 (corners x,y in pixels" in card


@pytest.mark.parametrize(
    ("format", "recipe"),
    [
        ("onnx", SINGLE),
        ("tflite", SINGLE),
        ("tflite-int8", TURNED),
        ("keras", MIRRORED),
        ("saved_model", TURNED),
    ],
)
def test_the_file_of_a_model_answers_as_it_does(
    platform: Platform,
    photos: Photos,
    registered: Callable[[TrainedModel, Recipe], None],
    format: ModelFormat,
    recipe: Recipe,
    tmp_path: Path,
) -> None:
    photos.judge(photos.add([photo(shade, shade) for shade in (20, 60, 100, 150)]), "OK")
    registered(classification_of(probe().tensors(), recipe, ("dent",)), recipe)
    zone = ChooseThreshold(threshold=0.5, grey_from=0.25, reason="people look at these")
    platform.commands.execute(models, "m1", zone, by=BY)
    export_model(platform, asked(format))
    event = exported(platform)
    assert (event.format, event.images) == (format, 4)
    assert event.largest_difference <= event.tolerance == (0.1 if format == "tflite-int8" else 0.001)
    with platform.objects.open(object_of(event.digest)) as file:
        body = file.read()
    assert sha256(body).hexdigest() == event.digest and len(body) == event.size
    with ZipFile(BytesIO(body)) as archive:
        archive.extractall(tmp_path / "out")
    described = json.loads((tmp_path / "out/model.json").read_text())
    assert (described["answer"], described["tile"], described["threshold"]) == ("score", [SIZE, SIZE], 0.5)
    assert described["grey_from"] == 0.25
    card = (tmp_path / "out/MODEL_CARD.md").read_text()
    assert photos.platform.events.head("dataset-photos").hash.hex() in card and "Apache License 2.0" in card
    assert "NG from score 0.5. From 0.25 up to there is the grey zone" in card
    assert described["defect_classes"] == ["dent"]
    found = find_model_export(platform, "m1", "e1")
    assert found.state == "done" and found.exported == event
    export_model(platform, asked(format))
    assert exported(platform) == event, "the same job again adds nothing"


@pytest.mark.parametrize(
    ("model", "architecture", "format"),
    [
        (anomaly, "efficientnet-lite0", "onnx"),
        (anomaly, "efficientnet-lite2", "tflite"),
        (segmentation, "efficientnet-lite1", "onnx"),
    ],
)
def test_the_file_of_a_patch_model_gives_the_same_map(
    platform: Platform,
    photos: Photos,
    registered: Callable[[TrainedModel, Recipe], None],
    model: Callable[[Recipe], TrainedModel],
    architecture: Architecture,
    format: ModelFormat,
    tmp_path: Path,
) -> None:
    photos.judge(photos.add([plate(n, scratched=n == 2) for n in range(3)]), "OK")
    recipe = PATCHED.model_copy(update={"method": model.__name__, "architecture": architecture})
    registered(model(recipe), recipe)
    export_model(platform, asked(format))
    event = exported(platform)
    assert event.largest_difference <= 1e-3
    with platform.objects.open(object_of(event.digest)) as file, ZipFile(BytesIO(file.read())) as archive:
        archive.extractall(tmp_path / "out")
    described = read_model_file(tmp_path / "out")
    assert tuple(described.tile) == (256, 352)
    graph = formats.opened(tmp_path / "out", described)
    finding = judge(Image.new("RGB", (200, 120)), described, graph)
    assert finding.heat is not None and finding.heat.shape == (15, 25)


@pytest.mark.parametrize("recipe", [TURNED, MIRRORED])
@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_the_file_of_a_model_of_several_views_answers_as_the_model(
    platform: Platform,
    photos: Photos,
    registered: Callable[[TrainedModel, Recipe], None],
    format: ModelFormat,
    recipe: Recipe,
) -> None:
    photos.judge(photos.add([photo(shade, shade) for shade in (20, 60, 100, 150)]), "OK")
    registered(classification_of(probe().tensors(), recipe), recipe)
    export_model(platform, asked(format))
    event = exported(platform)
    assert event.largest_difference <= event.tolerance == 0.001


def test_a_file_that_answers_otherwise_is_not_stored(
    platform: Platform,
    photos: Photos,
    registered: Callable[[TrainedModel, Recipe], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photos.judge(photos.add([photo(20), photo(150)]), "OK")
    registered(probe(), Recipe(image_size=SIZE))
    monkeypatch.setattr(self_check, "TOLERANCE", -1.0)
    with pytest.raises(UnlikeAnswers, match="otherwise than the model, on 2 images"):
        export_model(platform, asked("keras"))
    found = find_model_export(platform, "m1", "e1")
    assert found.state == "failed" and "answers" in found.failed
    assert not [name for name in platform.objects.names("models/") if name.endswith(".zip")]
