"""The description of an exported model: all that is done around its graph. It is `model.json` beside the graph."""

import json
from base64 import b64decode
from dataclasses import asdict, dataclass, field
from io import BytesIO
from math import ceil, floor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NAME = "model.json"
LAYOUT = 2
NEUTRAL = (127, 127, 127)  # the network takes it as zero
SAME_SHAPE = 0.01  # largest relative difference of width to height between pictures that one region is for


class UnusableModel(Exception):
    """The folder holds no model that this version can run. The message says why."""


@dataclass(frozen=True)
class RegionMask:
    """The region of interest of a camera, as a mask: the part of its pictures that is judged."""

    size: tuple[int, int]  # width and height of these pictures
    box: tuple[int, int, int, int]  # left, top, right and bottom of what is cut out of them
    mask: str  # PNG in base64; a pixel is one of the picture, or a place of its map: white does not count

    def fits(self, width: int, height: int) -> bool:
        return abs(width * self.size[1] / (height * self.size[0]) - 1) <= SAME_SHAPE

    def left_out(self, size: tuple[int, int]) -> Image.Image:
        return Image.open(BytesIO(b64decode(self.mask))).resize(size, Image.Resampling.NEAREST)

    def places(self, rows: int, columns: int) -> NDArray[np.bool_]:
        return ~np.asarray(self.left_out((columns, rows)), bool)

    def cut_out(self, image: Image.Image) -> Image.Image:
        """Return the box; what does not count in it is grey."""
        image.paste(NEUTRAL, None, self.left_out(image.size))
        x, y = image.width / self.size[0], image.height / self.size[1]
        left, top, right, bottom = self.box
        return image.crop((floor(left * x), floor(top * y), ceil(right * x), ceil(bottom * y)))

    def sides_for(self, side: int) -> tuple[int, int]:
        """Return sides of a picture from which on those of the box are at least `side`."""
        left, top, right, bottom = self.box
        return ceil(side * self.size[0] / (right - left)), ceil(side * self.size[1] / (bottom - top))


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A graph that takes pixels (1 × height × width × 3, uint8, RGB), and the way to its input and from its answer.

    Sides are in pixels. Windows and regions are those of cameras; "" is every camera without one of its own.
    """

    file: str
    format: str  # keras, saved_model, tflite, tflite-int8 or onnx
    answer: str  # score (of NG, then each class), or of places: distances (to OK), classes (none, then each)
    threshold: float  # scores at or above it are judged NG
    tile: tuple[int, int]  # height and width of the graph's input
    grey_from: float | None = None  # scores from here up to the threshold are grey; None: no score is
    long_side: int | None = None  # a picture is made smaller to it; None: it is not, or is one tile
    margin: int = 0  # at each edge of a tile, where answers are not kept
    step: int = 0  # from one place of a map to the next
    top_places: int = 0  # the score of a picture is the mean of so many highest places
    smoothing: float = 0.0  # standard deviation of the blur of distances, in places
    middle: float = 0.0  # the distance that scores 0.5
    steepness: float = 0.0  # log-odds of NG for each unit of distance
    defect_classes: tuple[str, ...] = ()
    windows: dict[str, tuple[float, float]] = field(default_factory=dict)  # black and white of deep grey
    regions: dict[str, RegionMask] = field(default_factory=dict)
    layout: int = LAYOUT

    def verdict(self, score: float) -> str:
        is_grey = self.grey_from is not None and score >= self.grey_from
        return "NG" if score >= self.threshold else "grey" if is_grey else "OK"

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def read_model_file(folder: Path) -> ModelFile:
    """Read `model.json` of a folder. Raises UnusableModel."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
        if found["layout"] != LAYOUT:
            raise UnusableModel(f"{NAME} has layout {found['layout']}, not {LAYOUT}; export the model again")
        regions = {camera: RegionMask(**region) for camera, region in found["regions"].items()}
        return ModelFile(**found | {"regions": regions})
    except OSError:
        raise UnusableModel(f"{folder} has no {NAME}; name the folder of an exported model") from None
    except (ValueError, TypeError, KeyError) as error:
        raise UnusableModel(f"{NAME} cannot be read ({error}); export the model again") from None
