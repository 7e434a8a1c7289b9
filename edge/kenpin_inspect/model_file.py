"""The description of an exported model: all that is done around its graph. It is `model.json` beside the graph."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "model.json"
LAYOUT = 1


class UnusableModel(Exception):
    """The folder holds no model that this version can run. The message says why."""


@dataclass(frozen=True, kw_only=True)
class PatchSettings:
    """The way from a picture to tiles, and from the answers for tiles to a score and a map. Sides are in pixels."""

    long_side: int | None  # the longer side that a picture is made smaller to; None: it stays as it is
    tile: tuple[int, int]  # height and width of the graph's input
    margin: int  # at each edge of a tile, where answers are not kept
    step: int  # from one place of a map to the next
    top_places: int  # the score of a picture is the mean of so many highest places
    smoothing: float  # standard deviation of the blur of distances, in places
    middle: float  # the distance that scores 0.5
    steepness: float  # log-odds of NG for each unit of distance


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A graph that takes pixels (1 × height × width × 3, uint8, RGB), and the meaning of its answer."""

    file: str
    format: str  # keras, saved_model, tflite, tflite-int8 or onnx
    answer: (
        str  # score (of NG, then of each class), distances (to OK), or classes (no defect, then each class)
    )
    threshold: float  # scores at or above it are judged NG
    image_size: int | None = None  # of answer score: the side of the graph's input, a square
    long_side: int | None = None  # of pictures that are cut into squares, the highest of which counts
    patches: PatchSettings | None = None  # of the other answers
    defect_classes: tuple[str, ...] = ()
    windows: dict[str, tuple[float, float]] = field(default_factory=dict)
    # camera → the values of deep grey that are black and white; "" is every camera without a window of its own
    layout: int = LAYOUT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def read_model_file(folder: Path) -> ModelFile:
    """Read `model.json` of a folder. Raises UnusableModel."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
        if found["layout"] != LAYOUT:
            raise UnusableModel(f"{NAME} has layout {found['layout']}; this program reads layout {LAYOUT}")
        if patches := found["patches"]:
            found["patches"] = PatchSettings(**patches | {"tile": tuple(patches["tile"])})
        return ModelFile(**found)
    except OSError:
        raise UnusableModel(f"{folder} has no {NAME}; name the folder of an exported model") from None
    except (ValueError, TypeError, KeyError) as error:
        raise UnusableModel(f"{NAME} cannot be read ({error}); export the model again") from None
