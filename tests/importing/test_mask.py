"""Masks of other tools: colours, smooth edges, indices and damage."""

import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from kenpin.importing.entry import MaskFile, MaskRuns
from kenpin.importing.faults import InvalidItem
from kenpin.importing.mask import png_of
from kenpin.importing.tree import MemoryTree
from tests.pictures import samples

RED, DARK_RED, WHITE, GREEN = (255, 0, 0), (225, 0, 0), (255, 255, 255), (0, 255, 0)


def saved(picture: Image.Image) -> MemoryTree:
    out = BytesIO()
    picture.save(out, "PNG")
    return MemoryTree("masks", {"m.png": out.getvalue()})


def row(*colours: tuple[int, int, int]) -> MemoryTree:
    return saved(Image.fromarray(np.array([colours], np.uint8)))


def marked(tree: MemoryTree, mask: MaskFile | MaskRuns) -> list[int]:
    """Return the columns that are marked."""
    if (png := png_of(tree, mask)) is None:
        return []
    with Image.open(BytesIO(png)) as image:
        return sorted({int(x) for _, x in np.argwhere(np.asarray(image))})


def test_a_pixel_belongs_to_the_nearest_listed_colour() -> None:
    tree = row(RED, DARK_RED, (250, 5, 3), (228, 2, 2), WHITE)
    assert marked(tree, MaskFile("m.png", RED, others=(DARK_RED, WHITE))) == [0, 2]
    assert marked(tree, MaskFile("m.png", DARK_RED, others=(RED, WHITE))) == [1, 3]


def test_a_smooth_edge_ends_where_it_is_half_covered() -> None:
    tree = row(RED, (255, 60, 60), (255, 120, 120), (255, 140, 140), (255, 220, 220), WHITE)
    assert marked(tree, MaskFile("m.png", RED, others=(WHITE,))) == [0, 1, 2]


def test_black_and_white_are_no_defect_without_being_listed() -> None:
    assert marked(row(RED, (0, 0, 0), WHITE), MaskFile("m.png", RED, others=(GREEN,))) == [0]


def test_a_colour_that_is_not_listed_is_refused() -> None:
    with pytest.raises(InvalidItem, match=r"the mask m\.png has #0000ff, which its list of colours has not"):
        png_of(row(RED, (0, 0, 255)), MaskFile("m.png", RED, others=(WHITE,)))


def test_an_index_mask_has_a_class_for_each_value() -> None:
    grey = np.array([[0, 1, 2, 2, 255]], np.uint8)
    palette = Image.fromarray(grey)
    palette.putpalette([value for number in range(256) for value in (number, 255 - number, 0)])
    assert marked(saved(Image.fromarray(grey)), MaskFile("m.png", index=2)) == [2, 3]
    assert marked(saved(palette), MaskFile("m.png", index=1)) == [1]
    assert marked(saved(Image.fromarray(grey.astype(np.uint16) * 200)), MaskFile("m.png", index=400)) == [
        2,
        3,
    ]
    with pytest.raises(InvalidItem, match="has colours, not the index"):
        png_of(row(RED), MaskFile("m.png", index=1))


@pytest.mark.parametrize(
    ("mask", "what"),
    [
        (MaskFile("none.png"), "the mask none.png is missing"),
        (MaskFile("broken.png"), "the mask broken.png cannot be read: the file ends too early"),
        (MaskFile("note.png"), "the mask note.png cannot be read: it is no picture"),
        (MaskFile("empty.png"), "the mask empty.png cannot be read: the file is empty"),
        (MaskFile("m.png"), "m.png is 2×1, its image 8×6"),
        (MaskRuns(2, 1, (1, 1)), "the mask is 2×1, its image 8×6"),
    ],
)
def test_a_mask_that_cannot_be_used_is_named(mask: MaskFile | MaskRuns, what: str) -> None:
    files = {"m.png": row(RED, RED).open("m.png").read(), "broken.png": b"\x89PNG\r\n\x1a\n\0\0"}
    files |= {"note.png": b"no picture", "empty.png": b""}
    with pytest.raises(InvalidItem, match=what):
        png_of(MemoryTree("masks", files), mask, (8, 6))


STRIPE = np.repeat([[0, 0, 1, 1, 0, 0]], 4, axis=0).astype(np.uint8)
"""Marked in columns 2 and 3"""
KINDS: dict[str, Callable[[], bytes]] = {
    "one bit": lambda: samples.pillow(STRIPE * 255, "PNG", "1"),
    "16 bits": lambda: samples.deep_png(STRIPE.astype("u2") * 700),
    "colours and alpha": lambda: samples.pillow(np.stack([STRIPE * 255] * 4, axis=-1), "PNG"),
    "PNG with a large text": lambda: samples.with_chunk(
        samples.pillow(STRIPE * 255, "PNG"), b"zTXt", b"k\0\0" + zlib.compress(bytes(2_000_000))
    ),
    "tiled TIFF": lambda: samples.tiff(STRIPE * 255, tile=(16, 16)),
    "float TIFF": lambda: samples.tiff(np.where(STRIPE, np.float32(1), np.float32("nan"))),
    "TIFF of the scanner": lambda: samples.pillow(STRIPE * 255, "TIFF", "1", compression="group4"),
    "GIF": lambda: samples.pillow(STRIPE * 255, "GIF"),
    "BMP": lambda: samples.pillow(STRIPE * 255, "BMP"),
    "lying JPEG": lambda: samples.pillow(
        np.repeat(STRIPE, 4, axis=0).repeat(8, axis=1).T * 255,
        "JPEG",
        exif=samples.orientation(5),
        quality=98,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_is_read_in_any_format(kind: str) -> None:
    found = marked(MemoryTree("masks", {"m.png": KINDS[kind]()}), MaskFile("m.png", WHITE))
    assert found == (list(range(16, 32)) if kind == "lying JPEG" else [2, 3])


def test_a_mask_whose_strips_are_cut_off_is_refused() -> None:
    tree = MemoryTree("masks", {"m.png": samples.tiff(STRIPE * 255)[:-9]})
    with pytest.raises(InvalidItem, match="ends too early"):
        png_of(tree, MaskFile("m.png"))
