"""From pixels to a score and a map: the same steps as in training, around the graph of an exported model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kenpin_inspect.model_file import ModelFile, PatchSettings

Pixels = NDArray[np.uint8]  # height × width × 3, RGB
Floats = NDArray[np.float32]
Graph = Callable[[Pixels], Floats]
"""1 × height × width × 3 → the answer for it, 1 × …"""
GRID = 16  # tiles begin at multiples of this
REACH = 4  # standard deviations that a blur reaches


@dataclass(frozen=True)
class Inspection:
    """The answer for one picture."""

    score: float
    is_ng: bool
    heat: Floats | None = None
    """rows × columns of scores 0..1, of models that make maps"""
    classes: dict[str, float] = field(default_factory=dict)  # scores of defect classes of the whole picture


def judge(image: Image.Image, model: ModelFile, graph: Graph) -> Inspection:
    """Judge an RGB picture."""
    return judge_pixels(resized(image, model), model, graph)


def resized(image: Image.Image, model: ModelFile) -> Pixels:
    """Return the picture in the scale that the model was trained in."""
    if model.image_size and not model.long_side:
        return np.asarray(image.resize((model.image_size, model.image_size), Image.Resampling.BILINEAR))
    longest = max(image.size)
    share = min(1.0, ((model.patches or model).long_side or longest) / longest)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return np.asarray(image.resize(size, Image.Resampling.BOX))


def judge_pixels(pixels: Pixels, model: ModelFile, graph: Graph) -> Inspection:
    """Judge a picture in the scale of the model."""
    if model.patches is None:
        score, *of_classes = highest_square(pixels, model.image_size or 0, graph)
        classes = dict(zip(model.defect_classes, of_classes, strict=True))
        return Inspection(score, score >= model.threshold, classes=classes)
    answers = whole(pixels, model.patches, graph)
    heat = 1 - answers[..., 0] if model.answer == "classes" else heat_of(answers[..., 0], model.patches)
    score = image_score(heat, model.patches.top_places)
    return Inspection(score, score >= model.threshold, heat)


def highest_square(pixels: Pixels, side: int, graph: Graph) -> list[float]:
    """Return the answer for the square of a picture whose score is highest."""
    places = squares(pixels.shape[1], pixels.shape[0], side)
    answers = [graph(cut(pixels, x, y, side, side)[None]).reshape(-1).tolist() for x, y in places]
    return max(answers, key=lambda answer: answer[0])


def squares(width: int, height: int, side: int) -> list[tuple[int, int]]:
    """Return left and top of the squares that a picture is cut into, row by row; neighbours overlap by half or more.

    A side of the picture that is shorter has one square, which ends beyond the picture.
    """
    return [(x, y) for y in starts(height, side) for x in starts(width, side)]


def starts(length: int, side: int) -> list[int]:
    gaps = max(0, -(-2 * (length - side) // side))
    return [round(n * (length - side) / gaps) for n in range(gaps + 1)] if gaps else [0]


def whole(pixels: Pixels, settings: PatchSettings, graph: Graph) -> Floats:
    """Return the answers for all places of a picture, rows × columns × channels, from those for its tiles."""
    step, (tall, wide) = settings.step, settings.tile
    bands = []
    for y, kept_y in cuts(pixels.shape[0], tall, settings.margin):
        band = []
        for x, kept_x in cuts(pixels.shape[1], wide, settings.margin):
            answer = graph(cut(pixels, x, y, wide, tall)[None])[0].reshape(tall // step, wide // step, -1)
            band.append(answer[places(kept_y, y, step), places(kept_x, x, step)])
        bands.append(np.concatenate(band, axis=1))
    return np.concatenate(bands)


def cuts(length: int, size: int, margin: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield start and kept part of the tiles along one side. The first starts before the picture."""
    kept = size - 2 * margin
    last = max(0, -(-(length - kept) // GRID) * GRID)
    begin = 0
    for start in (*range(0, last, kept), last):
        end = length if start == last else start + kept
        yield start - margin, (begin, end)
        begin = end


def cut(pixels: Pixels, x: int, y: int, width: int, height: int) -> Pixels:
    """Return the pixels of a tile; beyond the picture it is mirrored."""
    rows = mirrored(y, height, pixels.shape[0])
    return pixels[rows][:, mirrored(x, width, pixels.shape[1])]


def mirrored(start: int, count: int, length: int) -> NDArray[np.int64]:
    places = np.arange(start, start + count) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


def places(kept: tuple[int, int], start: int, step: int) -> "slice[int, int, None]":
    return slice((kept[0] - start) // step, -(-(kept[1] - start) // step))


def heat_of(distances: Floats, settings: PatchSettings) -> Floats:
    """Return the scores of distances: blurred, then along the line of the model."""
    odds = settings.steepness * (blurred(distances, settings.smoothing) - settings.middle)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), np.float32)


def blurred(values: Floats, deviation: float) -> Floats:
    """Return a map after a Gaussian blur, mirrored at its edges."""
    if not deviation:
        return values
    reach = int(REACH * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        ends = [(reach, reach) if side == axis else (0, 0) for side in (0, 1)]
        padded = np.pad(values.astype(np.float64), ends, mode="symmetric")
        values = np.apply_along_axis(np.convolve, axis, padded, weights, "valid").astype(np.float32)
    return values


def image_score(heat: Floats, top_places: int) -> float:
    """Return the mean of the highest places."""
    highest = np.partition(heat.ravel(), max(heat.size - top_places, 0))[-top_places:]
    return float(highest.mean(dtype=np.float64))
