"""Damaged pictures: one byte changed, or the end missing. Each is read or refused; nothing else happens.

`PICTURE_DAMAGES=120` makes it 5,400 pictures.
"""

import os
import random
from collections.abc import Iterator
from io import BytesIO

import pytest

from kenpin.pictures.decode import check_picture, read_pixels
from kenpin.pictures.limits import Limits, UnreadablePicture
from tests.pictures.samples import COLOURS, GREYS, bilevel

DAMAGES = int(os.environ.get("PICTURE_DAMAGES", "12"))
"""For each kind of file"""
LIMITS = Limits(pixels=1_000_000)
FILES = {
    **{f"grey {kind}": make for kind, make in GREYS.items()},
    **{f"colour {kind}": make for kind, make in COLOURS.items()},
    "black and white": bilevel,
}
pytestmark = pytest.mark.filterwarnings("ignore")  # Pillow warns of damage that it reads over


def damages(body: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield changed bytes, half of them in the head, and truncations."""
    dice = random.Random(seed)
    for turn in range(count):
        if turn % 4 == 3:
            yield body[: dice.randrange(len(body))]
            continue
        at = dice.randrange(min(len(body), 400) if turn % 2 else len(body))
        yield body[:at] + bytes([body[at] ^ dice.randrange(1, 256)]) + body[at + 1 :]


def _look(body: bytes) -> None:
    try:
        check_picture(BytesIO(body), LIMITS)
        read_pixels(BytesIO(body), None, LIMITS)
    except UnreadablePicture as refused:
        assert "\n" not in str(refused)
        assert "<" not in str(refused)


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_picture_is_read_or_refused(kind: str) -> None:
    for damaged in damages(FILES[kind](), DAMAGES, seed=12):
        _look(damaged)


@pytest.mark.parametrize("kind", ["grey 8-bit PNG", "grey 16-bit TIFF", "colour BMP", "grey float TIFF"])
def test_a_picture_without_its_end_is_refused(kind: str) -> None:
    body = FILES[kind]()
    for size in range(8, len(body) - 200, len(body) // 20):
        with pytest.raises(UnreadablePicture):
            check_picture(BytesIO(body[:size]), LIMITS)
