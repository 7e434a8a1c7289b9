"""The description of an exported model: all that is done around its graph. It is `model.json` beside the graph."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

NAME = "model.json"
LAYOUT = 1


class UnusableModel(Exception):
    """The folder holds no model that this version can run. The message says why."""


@dataclass(frozen=True, kw_only=True)
class PatchSettings:
    """The way from a picture to tiles, and from the answers for tiles to a score and a map."""

    long_side: int | None
    """The longer side that a picture is made smaller to, in pixels; None: it stays as it is"""
    tile: tuple[int, int]
    """Height and width of the graph's input, in pixels"""
    margin: int
    """Pixels at an edge inside the picture whose answers are not kept"""
    step: int
    """Pixels from one place of a map to the next"""
    top_places: int
    """The score of a picture is the mean of so many highest places"""
    smoothing: float = 0.0
    """Standard deviation of the blur of distances, in places"""
    middle: float = 0.0
    """The distance that scores 0.5"""
    steepness: float = 0.0
    """Log-odds of NG for each unit of distance"""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A graph that takes pixels (1 × height × width × 3, uint8, RGB), and what its answer is."""

    file: str
    """The graph, in the same folder"""
    format: str
    """keras, saved_model, tflite, tflite-int8 or onnx"""
    answer: str
    """score (0..1, high is NG), distances (to what is known of OK parts), or classes (no defect, then each class)"""
    threshold: float
    """Scores at or above it are judged NG."""
    image_size: int | None = None
    """The side of the square that the whole picture is resized to (score)"""
    patches: PatchSettings | None = None
    """Of distances and classes"""
    defect_classes: tuple[str, ...] = ()
    windows: tuple[dict[str, float | str | None], ...] = ()
    """camera, low and high: the values of deep pictures that are black and white"""
    layout: int = LAYOUT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def read_model_file(folder: Path) -> ModelFile:
    """Read `model.json` of a folder. Raises UnusableModel."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
        if found.get("layout") != LAYOUT:
            raise UnusableModel(
                f"{NAME} has layout {found.get('layout')}; this program reads layout {LAYOUT}"
            )
        if patches := found.get("patches"):
            found["patches"] = PatchSettings(**{**patches, "tile": tuple(patches["tile"])})
        known = {field.name: found[field.name] for field in fields(ModelFile) if field.name in found}
        lists = {name: tuple(known[name]) for name in ("defect_classes", "windows") if name in known}
        return ModelFile(**{**known, **lists})
    except FileNotFoundError:
        raise UnusableModel(f"the folder has no {NAME}; name the folder of an exported model") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableModel(f"{NAME} cannot be read ({error}); export the model again") from None
