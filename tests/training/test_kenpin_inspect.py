"""The program for exported models: small, without Kenpin, and with the same decoding and tiles."""

import ast
import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy.ndimage import gaussian_filter

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Capture
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.pictures.decode import read_levels
from kenpin.pictures.limits import Limits
from kenpin.pictures.window import Window
from kenpin_inspect.__main__ import inspect
from kenpin_inspect.decode import UnreadableFile, decode
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Floats, Pixels, blurred, cuts, enough, heat_of, judge, resized
from kenpin_inspect.model_file import NAME, ModelFile, RegionMask, UnusableModel, read_model_file
from kenpin_training.architectures.anomaly.head import SMOOTHING, AnomalyHead, smoothed
from kenpin_training.architectures.anomaly.memory import PatchMemory
from kenpin_training.artifact import ModelArtifact, ModelMetadata
from kenpin_training.backbones.backbone import PATCH_STEP
from kenpin_training.data import TrainingRow
from kenpin_training.exporting.regions import regions_for
from kenpin_training.pipeline import images
from kenpin_training.pipeline.classification import ClassificationModel
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.patch_model import MARGIN
from kenpin_training.pipeline.probe import Probe
from kenpin_training.pipeline.tiles import TilePlan
from tests.training.conftest import stored
from tests.training.mean_model import write_mean_model

FOLDER = Path(__file__).parents[2] / "edge" / "kenpin_inspect"
ANOMALY = ModelFile(
    file="m",
    format="onnx",
    answer="distances",
    threshold=0.5,
    tile=(192, 192),
    margin=MARGIN,
    step=PATCH_STEP,
    top_places=4,
    smoothing=SMOOTHING,
    middle=3,
    steepness=2,
)
PROBE = ModelFile(file="m", format="onnx", answer="score", threshold=0.4, tile=(96, 96))
RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 4096, (40, 60)).astype(np.uint16)
COLOURS = RANDOM.integers(0, 256, (60, 80, 3), dtype=np.uint8)


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    body = BytesIO()
    image.save(body, format, **options)
    return body.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.fromarray(COLOURS), "JPEG", exif=exif)


def tiff(values: np.ndarray, **options: object) -> bytes:
    body = BytesIO()
    tifffile.imwrite(body, values, **options)  # type: ignore[arg-type]  # of each test
    return body.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved(Image.fromarray(COLOURS), "PNG"),
    "grey png": lambda: saved(Image.fromarray(COLOURS[..., 0]), "PNG"),
    "transparent png": lambda: saved(Image.fromarray(np.dstack([COLOURS, COLOURS[..., :1]])), "PNG"),
    "palette": lambda: saved(Image.fromarray(COLOURS).quantize(16), "PNG"),
    "16-bit png": lambda: saved(Image.fromarray(GREY), "PNG"),
    "jpeg": lambda: saved(Image.fromarray(COLOURS), "JPEG"),
    "turned jpeg": turned,
    "bmp": lambda: saved(Image.fromarray(COLOURS), "BMP"),
    "tiff": lambda: tiff(COLOURS),
    "16-bit tiff": lambda: tiff(GREY),
    "float tiff": lambda: tiff(GREY.astype(np.float32) / 7),
    "big-endian tiff": lambda: tiff(GREY, byteorder=">"),
    "compressed tiff": lambda: saved(Image.fromarray(GREY), "TIFF", compression="tiff_deflate"),
    "turned tiff": lambda: tiff(GREY, extratags=[(274, "H", 1, 6, True)]),
}


@pytest.mark.parametrize("window", [None, Window(100, 3000)], ids=["own", "given"])
@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_decode_as_in_kenpin(kind: str, window: Window | None, tmp_path: Path) -> None:
    content = PICTURES[kind]()
    (tmp_path / "picture").write_bytes(content)
    ours = Image.fromarray(read_levels(BytesIO(content), window, Limits())).convert("RGB")
    given = (window.low, window.high) if window else None
    found = decode(tmp_path / "picture", given)
    most = 1 if "transparent" in kind else 0
    assert found.size == ours.size
    assert np.abs(np.asarray(found, int) - np.asarray(ours, int)).max() <= most


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "no picture"),
        (tiff(np.dstack([GREY] * 3), photometric="rgb"), "neither grey nor RGB of 8 bits"),
        (tiff(GREY.astype(np.uint32)), "neither grey nor RGB of 8 bits"),
        (tiff(GREY, photometric="miniswhite"), "neither grey nor RGB of 8 bits"),
    ],
)
def test_what_it_cannot_read_is_said(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        decode(tmp_path / "picture")


@pytest.mark.parametrize("long_side", [None, 50, 300])
def test_pictures_are_resized_as_in_training(long_side: int | None) -> None:
    body, plan = saved(Image.fromarray(COLOURS), "PNG"), TilePlan(long_side, 192, MARGIN)
    expected = images.decode_scaled("a", BytesIO(body), plan, Limits())
    assert np.array_equal(resized(Image.fromarray(COLOURS), replace(ANOMALY, long_side=long_side)), expected)
    assert np.array_equal(
        resized(Image.fromarray(COLOURS), PROBE), images.decode("a", BytesIO(body), 96, Limits())
    )


@pytest.mark.parametrize("length", [192, 193, 250, 256, 500, 1260, 4096])
@pytest.mark.parametrize("tile", [192, 512, 1024])
def test_tiles_are_those_of_training(length: int, tile: int) -> None:
    plan = TilePlan(None, tile, MARGIN)
    expected = [(each.y, each.kept_y) for each in plan.tiles(32, length)]
    assert kept_pixels(length, plan.tile_size(32, length)[0]) == expected


def kept_pixels(length: int, size: int) -> list[tuple[int, tuple[int, int]]]:
    """Return start and kept part of the tiles along one side."""
    return [
        (start, (start + places.start * PATCH_STEP, min(start + places.stop * PATCH_STEP, length)))
        for start, places in cuts(length, size, MARGIN, PATCH_STEP)
    ]


@pytest.mark.parametrize(("length", "size"), [(500, 160), (500, 224), (40, 256)])
def test_small_tiles_cover_any_picture_once(length: int, size: int) -> None:
    kept = [part for _, part in kept_pixels(length, size)]
    assert [begin for begin, _ in kept] == [0, *(end for _, end in kept[:-1])]
    assert kept[-1][1] == length
    assert all(
        start <= begin and end <= start + size
        for start, (begin, end) in kept_pixels(length, size)
        if end < length
    )


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_maps_and_scores_are_those_of_training(share: float) -> None:
    distances, inside = RANDOM.normal(3, 1, (9, 14)).astype(np.float32), RANDOM.random((9, 14)) <= share
    memory = PatchMemory(np.zeros(1, np.float32), np.ones(1, np.float32), np.zeros((1, 1), np.float32))
    expected = AnomalyHead(memory, ANOMALY.middle, ANOMALY.steepness).scores(smoothed(distances, inside))
    assert np.allclose(blurred(distances.astype(np.float64), 1.0), gaussian_filter(distances, 1.0), atol=1e-5)
    assert np.allclose(heat_of(distances, ANOMALY, inside)[inside], expected[inside], atol=1e-5)


def test_the_highest_square_answers_with_its_classes() -> None:
    pixels = np.zeros((96, 240, 3), np.uint8)
    pixels[:, 192:] = 255
    model = replace(PROBE, long_side=240, defect_classes=("dent",))

    def graph(seen: Pixels) -> Floats:
        level = float(seen.mean()) / 255
        return np.array([[level, level / 2]], np.float32)

    found = judge(Image.fromarray(pixels), model, graph)
    assert model.verdict(found.score) == "NG" and found.score == pytest.approx(0.5)
    assert found.classes == {"dent": pytest.approx(0.25)}


def test_the_grey_zone_is_from_its_limit_up_to_the_threshold() -> None:
    zoned, scores = replace(PROBE, grey_from=0.0), (0.0, 0.39, 0.4)
    assert [zoned.verdict(score) for score in scores] == ["grey", "grey", "NG"]
    assert [PROBE.verdict(score) for score in scores] == ["OK", "OK", "NG"]


def test_the_description_comes_back_and_another_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(ANOMALY.to_json(), "utf-8")
    assert read_model_file(tmp_path).to_json() == ANOMALY.to_json()
    (tmp_path / NAME).write_text(ANOMALY.to_json().replace('"layout": 2', '"layout": 1'), "utf-8")
    with pytest.raises(UnusableModel, match="layout 1"):
        read_model_file(tmp_path)
    with pytest.raises(UnusableModel, match=r"has no model\.json"):
        read_model_file(tmp_path / "other")


def test_it_is_small_and_needs_few_packages() -> None:
    sources = [path.read_text("utf-8") for path in FOLDER.glob("*.py")]
    assert sum(bool(line.strip()) for source in sources for line in source.splitlines()) <= 300
    imported = {
        name.partition(".")[0]
        for source in sources
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {
        "numpy",
        "PIL",
        "onnxruntime",
        "ai_edge_litert",
        "kenpin_inspect",
    }


def test_one_bad_picture_stops_no_other(tmp_path: Path) -> None:
    write_mean_model(tmp_path)
    described = replace(read_model_file(tmp_path), grey_from=0.25)
    (tmp_path / NAME).write_text(described.to_json(), "utf-8")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name, level in (("a.png", 10), ("c.png", 250), ("d.png", 100)):
        Image.new("RGB", (40, 30), (level, level, level)).save(pictures / name)
    (pictures / "b.png").write_bytes(b"no picture")
    done = subprocess.run(
        [sys.executable, "-m", "kenpin_inspect", tmp_path, pictures, pictures / "none", "--heatmaps", "maps"],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [(Path(row["picture"]).name, row["verdict"]) for row in rows] == [
        ("a.png", "OK"),
        ("b.png", ""),
        ("c.png", "NG"),
        ("d.png", "grey"),
        ("none", ""),
    ]
    assert "it is not there" in rows[4]["problem"]
    assert done.stderr == "this model makes no maps\n"
    assert done.returncode == 1 and "no picture" in rows[1]["problem"]
    assert float(rows[2]["score"]) == pytest.approx(250 / 255, abs=1e-5)


def test_deep_grey_is_seen_by_the_window_of_its_camera(tmp_path: Path) -> None:
    write_mean_model(tmp_path)
    windows = {"": (0.0, 4095.0), "cam-2": (0.0, 1000.0)}
    model = replace(read_model_file(tmp_path), windows=windows)
    graph = open_graph(tmp_path, model)
    Image.fromarray(np.full((30, 40), 1000, np.uint16)).save(tmp_path / "grey.png")
    scores = {
        name: inspect(tmp_path / "grey.png", model, graph, name).score for name in ("cam-2", "cam-9", None)
    }
    assert scores == pytest.approx({"cam-2": 1.0, "cam-9": 62 / 255, None: 62 / 255})


def exported(
    region: RegionOfInterest, body: bytes, size: tuple[int, int], folder: Path
) -> dict[str, RegionMask]:
    """Return the regions of a probe that learnt with one, from a picture of its camera."""
    objects = MemoryObjectStore()
    (image_id,) = stored(objects, [body])
    network = Network(96)
    about = ModelMetadata(
        architecture="efficientnet-lite0",
        method="probe",
        image_size=96,
        backbone=network.backbone.digest,
        threshold=0.5,
        recipe={},
        seed=0,
        regions=(region,),
    )
    trained = ClassificationModel(network, Probe(np.zeros(network.backbone.features), 0.0))
    row = TrainingRow(image_id, None, None, "a", None, Capture(camera=region.camera), size)
    store = FeatureStore(objects, folder, Limits())
    return regions_for(ModelArtifact(about, trained), PROBE, [row], store)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_pictures_are_cut_out_as_in_training(format: str, tmp_path: Path) -> None:
    region = RegionOfInterest(
        400,
        300,
        include=(((40, 20.5), (390, 30), (360, 280), (50, 290)),),
        ignore=(((99, 99), (200, 99), (99, 200)),),
    )
    colours = Image.fromarray(RANDOM.integers(0, 256, (150, 200, 3), dtype=np.uint8)).resize((800, 600))
    body = saved(colours, format)
    (tmp_path / "picture").write_bytes(body)
    found = exported(region, body, colours.size, tmp_path)[""]
    expected = images.decode("a", BytesIO(body), 96, Limits(), region=region)
    seen = decode(tmp_path / "picture", None, enough(PROBE, found))
    assert (seen.size < colours.size) is (format == "JPEG")
    assert np.array_equal(resized(seen, PROBE, found), expected)


def test_only_the_region_of_its_camera_is_judged_and_the_camera_is_asked_for(tmp_path: Path) -> None:
    write_mean_model(tmp_path)
    left = RegionOfInterest(40, 30, include=(((0, 0), (20, 0), (20, 30), (0, 30)),), camera="cam-2")
    picture = Image.new("L", (40, 30))
    picture.paste(255, (20, 0, 40, 30))
    regions = exported(left, saved(picture, "PNG"), picture.size, tmp_path)
    model = replace(read_model_file(tmp_path), regions=regions)
    graph = open_graph(tmp_path, model)
    picture.save(tmp_path / "half.png")
    picture.resize((80, 30)).save(tmp_path / "wide.png")
    assert inspect(tmp_path / "half.png", model, graph, "cam-2").score == 0
    assert inspect(tmp_path / "half.png", model, graph, "cam-9").score == pytest.approx(0.5, abs=0.01)
    assert inspect(tmp_path / "wide.png", model, graph, "cam-2").score == pytest.approx(0.5, abs=0.01)
    with pytest.raises(UnreadableFile, match="name its camera"):
        inspect(tmp_path / "half.png", model, graph)
