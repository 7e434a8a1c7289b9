"""From pixels to a score and a map: the same steps as in training, around the graph of an exported model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin_inspect.model_file import ModelFile, RegionMask

Pixels = NDArray[np.uint8]  # height × width × 3, RGB
Floats = NDArray[np.float32]
Graph = Callable[[Pixels], Floats]  # 1 × height × width × 3 → the answer for it, 1 × …
GRID = 16  # tiles begin at multiples of this


@dataclass(frozen=True)
class Inspection:
    """The answer for one picture."""

    score: float
    heat: Floats | None = None  # rows × columns of scores 0..1, of models that make maps
    classes: dict[str, float] = field(default_factory=dict)  # scores of defect classes of the whole picture


def judge(image: Image.Image, model: ModelFile, graph: Graph, region: RegionMask | None = None) -> Inspection:
    """Judge an RGB picture. `region`: that of its camera; of a picture of another shape the whole counts."""
    region = region if region and region.fits(*image.size) else None
    pixels = resized(image, model, region)
    if model.answer == "score":
        places = squares(pixels.shape[1], pixels.shape[0], model.tile[0])
        found = [graph(cut(pixels, x, y, *model.tile)[None]).ravel().tolist() for x, y in places]
        score, *of_classes = max(found, key=lambda answer: answer[0])
        return Inspection(score, classes=dict(zip(model.defect_classes, of_classes, strict=True)))
    answers = whole(pixels, model, graph)
    inside = region.places(*answers.shape) if region else np.ones(answers.shape, bool)
    heat = 1 - answers if model.answer == "classes" else heat_of(answers, model, inside)
    score = float(np.sort(heat[inside])[-model.top_places :].mean(dtype=np.float64))
    return Inspection(score, np.where(inside, heat, np.float32(0)))


def resized(image: Image.Image, model: ModelFile, region: RegionMask | None = None) -> Pixels:
    """Return the picture, or what its region cuts out, in the scale that the model was trained in."""
    if region and model.answer == "score":
        image = region.cut_out(image)
    if model.answer == "score" and not model.long_side:
        return np.asarray(image.resize(model.tile, Image.Resampling.BILINEAR))
    share = min(1.0, (model.long_side or max(image.size)) / max(image.size))
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return np.asarray(image.resize(size, Image.Resampling.BOX))


def enough(model: ModelFile, region: RegionMask | None) -> tuple[int, int] | None:
    """Return sides of a picture that are enough, where a smaller one is cheaper to make; None: all of it is."""
    side = model.long_side or (2 * model.tile[0] if model.answer == "score" else 0)
    return region.sides_for(side) if region and side else (side, side) if side else None


def squares(width: int, height: int, side: int) -> list[tuple[int, int]]:
    """Return left and top of squares, row by row: half over each other or more, and one on a shorter side."""
    return [(x, y) for y in starts(height, side) for x in starts(width, side)]


def starts(length: int, side: int) -> list[int]:
    gaps = max(0, -(-2 * (length - side) // side))
    return [round(n * (length - side) / gaps) for n in range(gaps + 1)] if gaps else [0]


def whole(pixels: Pixels, model: ModelFile, graph: Graph) -> Floats:
    """Return the first answer for all places of a picture, rows × columns, from those for its tiles."""
    (tall, wide), margin, step = model.tile, model.margin, model.step
    bands: list[list[Floats]] = []
    for y, rows in cuts(pixels.shape[0], tall, margin, step):
        bands.append([])
        for x, columns in cuts(pixels.shape[1], wide, margin, step):
            answer = graph(cut(pixels, x, y, wide, tall)[None]).reshape(tall // step, wide // step, -1)
            bands[-1].append(answer[rows, columns, 0])
    return np.block(bands)


def cuts(length: int, size: int, margin: int, step: int) -> Iterator[tuple[int, "slice[int, int, None]"]]:
    """Yield start and kept places of the tiles along one side. The first starts before the picture."""
    kept, begin = size - 2 * margin, 0
    last = max(0, -(-(length - kept) // GRID) * GRID)
    for start in (*range(0, last, kept), last):
        end = length if start == last else start + kept
        yield start - margin, slice((begin - start + margin) // step, -(-(end - start + margin) // step))
        begin = end


def cut(pixels: Pixels, x: int, y: int, width: int, height: int) -> Pixels:
    """Return the pixels of a tile; beyond the picture it is mirrored."""
    return pixels[mirrored(y, height, pixels.shape[0])][:, mirrored(x, width, pixels.shape[1])]


def mirrored(start: int, count: int, length: int) -> NDArray[np.int64]:
    places = np.arange(start, start + count) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


def heat_of(distances: Floats, model: ModelFile, inside: NDArray[np.bool_]) -> Floats:
    """Return the scores of distances: blurred over the places that count, then along the line of the model."""
    weight = np.where(inside, blurred(inside.astype(np.float64), model.smoothing), 1)
    smooth = blurred(np.where(inside, distances, 0), model.smoothing) / weight
    odds = model.steepness * (smooth - model.middle)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), np.float32)


def blurred(values: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    """Return a map after a Gaussian blur, mirrored at its edges."""
    reach = int(4 * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    for _ in ("down", "across"):
        near = [mirrored(row - reach, 2 * reach + 1, len(values)) for row in range(len(values))]
        values = np.einsum("n,rnc->cr", weights / weights.sum(), values[np.array(near)])
    return values
