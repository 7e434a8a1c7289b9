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

from kenpin.pictures.decode import read_levels
from kenpin.pictures.limits import Limits
from kenpin.pictures.window import Window
from kenpin_inspect.__main__ import inspect
from kenpin_inspect.decode import UnreadableFile, decode
from kenpin_inspect.graphs import open_graph
from kenpin_inspect.judge import Floats, Pixels, blurred, cuts, heat_of, image_score, judge_pixels, resized
from kenpin_inspect.model_file import NAME, ModelFile, PatchSettings, UnusableModel, read_model_file
from kenpin_training.architectures.anomaly.head import SMOOTHING, AnomalyHead, smoothed
from kenpin_training.architectures.anomaly.memory import PatchMemory
from kenpin_training.pipeline import images, patch_model
from kenpin_training.pipeline.patch_model import MARGIN
from kenpin_training.pipeline.tiles import TilePlan
from tests.training.mean_model import write_mean_model

FOLDER = Path(__file__).parents[2] / "edge" / "kenpin_inspect"
SETTINGS = PatchSettings(
    long_side=None, tile=(192, 192), margin=MARGIN, step=8, top_places=4, smoothing=0.5, middle=3, steepness=2
)
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


def tiff(values: np.ndarray) -> bytes:
    body = BytesIO()
    tifffile.imwrite(body, values)
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


def test_what_it_cannot_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"no picture")
    with pytest.raises(UnreadableFile, match="no picture"):
        decode(tmp_path / "picture")


@pytest.mark.parametrize("long_side", [None, 50, 300])
def test_pictures_are_resized_as_in_training(long_side: int | None) -> None:
    body, plan = saved(Image.fromarray(COLOURS), "PNG"), TilePlan(long_side, 192, MARGIN)
    settings = PatchSettings(**{**vars(SETTINGS), "long_side": long_side})
    model = ModelFile(file="", format="onnx", answer="distances", threshold=0.5, patches=settings)
    expected = images.decode_scaled("a", BytesIO(body), plan, Limits())
    assert np.array_equal(resized(Image.fromarray(COLOURS), model), expected)
    square = ModelFile(file="", format="onnx", answer="score", threshold=0.5, image_size=96)
    assert np.array_equal(
        resized(Image.fromarray(COLOURS), square), images.decode("a", BytesIO(body), 96, Limits())
    )


@pytest.mark.parametrize("length", [192, 193, 250, 256, 500, 1260, 4096])
@pytest.mark.parametrize("tile", [192, 512, 1024])
def test_tiles_are_those_of_training(length: int, tile: int) -> None:
    plan = TilePlan(None, tile, MARGIN)
    expected = [(each.y, each.kept_y) for each in plan.tiles(32, length)]
    assert list(cuts(length, plan.tile_size(32, length)[0], MARGIN)) == expected


@pytest.mark.parametrize(("length", "size"), [(500, 160), (500, 224), (40, 256)])
def test_small_tiles_cover_any_picture_once(length: int, size: int) -> None:
    kept = [part for _, part in cuts(length, size, MARGIN)]
    assert [begin for begin, _ in kept] == [0, *(end for _, end in kept[:-1])]
    assert kept[-1][1] == length
    assert all(
        start <= begin and end <= start + size
        for start, (begin, end) in cuts(length, size, MARGIN)
        if end < length
    )


def test_maps_and_scores_are_those_of_training() -> None:
    distances = RANDOM.normal(3, 1, (9, 14)).astype(np.float32)
    memory = PatchMemory(np.zeros(1, np.float32), np.ones(1, np.float32), np.zeros((1, 1), np.float32))
    expected = AnomalyHead(memory, SETTINGS.middle, SETTINGS.steepness).scores(
        smoothed(distances, np.ones(distances.shape, bool))
    )
    assert np.allclose(blurred(distances, 1.0), gaussian_filter(distances, 1.0), atol=1e-5)
    settings = PatchSettings(**{**vars(SETTINGS), "smoothing": SMOOTHING})
    assert np.allclose(heat_of(distances, settings), expected, atol=1e-5)
    assert image_score(expected, 4) == patch_model.image_score(expected, 4)


def test_the_highest_square_answers_with_its_classes() -> None:
    pixels = np.zeros((96, 240, 3), np.uint8)
    pixels[:, 192:] = 255
    model = ModelFile(
        file="m",
        format="onnx",
        answer="score",
        threshold=0.4,
        image_size=96,
        long_side=240,
        defect_classes=("dent",),
    )

    def graph(seen: Pixels) -> Floats:
        level = float(seen.mean()) / 255
        return np.array([[level, level / 2]], np.float32)

    found = judge_pixels(resized(Image.fromarray(pixels), model), model, graph)
    assert found.is_ng and found.score == pytest.approx(0.5)
    assert found.classes == {"dent": pytest.approx(0.25)}


def test_the_description_comes_back_and_another_layout_is_refused(tmp_path: Path) -> None:
    model = ModelFile(file="m", format="onnx", answer="distances", threshold=0.5, patches=SETTINGS)
    (tmp_path / NAME).write_text(model.to_json(), "utf-8")
    assert read_model_file(tmp_path).patches == SETTINGS
    (tmp_path / NAME).write_text(model.to_json().replace('"layout": 1', '"layout": 2'), "utf-8")
    with pytest.raises(UnusableModel, match="layout 2"):
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
        "tifffile",
        "onnxruntime",
        "ai_edge_litert",
        "kenpin_inspect",
    }


def test_one_bad_picture_stops_no_other(tmp_path: Path) -> None:
    write_mean_model(tmp_path)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name, level in (("a.png", 10), ("c.png", 250)):
        Image.new("RGB", (40, 30), (level, level, level)).save(pictures / name)
    (pictures / "b.png").write_bytes(b"no picture")
    done = subprocess.run(
        [sys.executable, "-m", "kenpin_inspect", str(tmp_path), str(pictures)],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [(Path(row["picture"]).name, row["verdict"]) for row in rows] == [
        ("a.png", "OK"),
        ("b.png", ""),
        ("c.png", "NG"),
    ]
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
