"""Pixels of defects, their runs and their outlines."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays

from kenpin.exporting.exported import ExportedDefect, ExportedImage
from kenpin.exporting.formats.datumaro import compressed
from kenpin.exporting.masks import box_of, marked, outlines_of, runs_of
from kenpin.pictures.marks import Marked

WIDTH, HEIGHT = 7, 6
IMAGE = ExportedImage("a" * 64, "a.png", WIDTH, HEIGHT, 1, "image/png")
MASKS = arrays(np.bool_, (HEIGHT, WIDTH))


def without_holes(pixels: Marked) -> Marked:
    """Return the pixels and what cannot be reached from outside in steps to a side or across a corner."""
    outside = ~np.pad(pixels, 1)
    reached = np.zeros_like(outside)
    reached[0, 0] = True
    for _ in range(outside.size):
        spread = np.pad(reached, 1)
        reached |= outside & (spread[:-2, 1:-1] | spread[2:, 1:-1] | spread[1:-1, :-2] | spread[1:-1, 2:])
    return np.array(~reached[1:-1, 1:-1])


@given(MASKS)
def test_outlines_hold_the_marked_pixels_and_holes(pixels: Marked) -> None:
    drawn = np.zeros_like(pixels)
    for outline in outlines_of(pixels):
        drawn |= marked(IMAGE, ExportedDefect("c", polygon=outline))
    assert (drawn >= pixels).all()
    assert (drawn <= without_holes(pixels)).all()


@given(MASKS)
def test_runs_come_back_as_pixels(pixels: Marked) -> None:
    runs = runs_of(pixels.ravel())
    assert np.array_equal(np.repeat(np.arange(len(runs)) % 2 == 1, runs), pixels.ravel())


def test_a_box_covers_its_pixels() -> None:
    pixels = marked(IMAGE, ExportedDefect("c", box=(1, 2, 3, 4)))
    assert (box_of(pixels), pixels.sum()) == ((1, 2, 3, 4), 12)
    assert box_of(marked(IMAGE, ExportedDefect("c"))) is None


def test_runs_are_compressed_as_coco_does() -> None:
    """The texts are those of `frPyObjects` of pycocotools 2.0."""
    assert compressed([34, 3, 5, 1, 1, 1, 5, 3, 43]) == "R135NL042V1"
    assert compressed([0, 2000, 40000, 3, 100000, 1, 5]) == "0`n1PRW1cQNPcj1NU[nL"
