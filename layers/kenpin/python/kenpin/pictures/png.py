"""PNG: read by its chunks, so that text and profiles of any size do no harm, and 16-bit colours stay."""

import struct
import zlib
from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import BinaryIO, Final

import imagecodecs
import numpy as np
from msgspec import Struct
from PIL import Image

from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.samples import PictureInfo, Samples, over_white, upright, upright_size

MEDIA_TYPE: Final = "image/png"
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
PIXEL_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
MAX_PROFILE_BYTES: Final = 4 * 1024 * 1024
"""A larger profile is ignored."""
GREY, PALETTE = 0, 3
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type"""


class _PngHead(Struct, frozen=True):
    width: int
    height: int
    bits: int
    colour: int
    pages: int
    is_transparent: bool
    orientation: int


def read_png_info(file: BinaryIO, limits: Limits) -> PictureInfo:
    head = _head(file, limits)
    width, height = upright_size(head.width, head.height, head.orientation)
    needs = head.bits > 8 or head.is_transparent or head.pages > 1 or head.orientation != 1
    return PictureInfo(width, height, MEDIA_TYPE, max(head.bits, 8), head.pages, needs)


def read_png(file: BinaryIO, limits: Limits) -> Samples:
    head = _head(file, limits)
    values = upright(np.atleast_2d(imagecodecs.png_decode(pixel_chunks(file))), head.orientation)
    if values.ndim == 3 and values.shape[2] in (2, 4):
        alpha, values = values[..., -1], values[..., :-1]
        values = over_white(values[..., 0] if values.shape[2] == 1 else values, alpha)
    return Samples(values, max(head.bits, 8), _profile(file) if values.ndim == 3 else b"")


def pixel_chunks(file: BinaryIO, others: Collection[bytes] = ()) -> bytes:
    """Return the PNG with the chunks that its pixels need, and the `others` that are named."""
    chunks = [SIGNATURE]
    for kind, body in _chunks(file):
        if kind in PIXEL_CHUNKS or kind in others:
            chunks += struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(kind + body))
    return b"".join(chunks)


def _head(file: BinaryIO, limits: Limits) -> _PngHead:
    """Read the chunks before the pixels; decoders heed nothing behind them."""
    width = height = bits = colour = 0
    pages, is_transparent, orientation = 1, False, 1
    for kind, body in _chunks(file):
        match kind:
            case b"IHDR":
                width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            case b"acTL":
                pages = max(1, struct.unpack(">I", body[:4])[0])
            case b"tRNS":
                is_transparent = True
            case b"eXIf":
                orientation = orientation_of(body)
            case b"IDAT":
                break
    if colour not in CHANNELS:
        raise UnreadablePicture("its header is damaged")
    is_transparent |= colour in (4, 6)
    limits.check_size(width, height, CHANNELS[colour] * -(-bits // 8))
    return _PngHead(width, height, bits, colour, pages, is_transparent, orientation)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk. Raises UnreadablePicture for one that is damaged and not optional."""
    file.seek(len(SIGNATURE))
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        if len(head) < 8:
            raise UnreadablePicture("the file ends too early")
        size, kind = struct.unpack(">I4s", head)
        body, check = file.read(size), file.read(4)
        if len(body) < size or len(check) < 4:
            raise UnreadablePicture("the file ends too early")
        if zlib.crc32(kind + body) == int.from_bytes(check):
            yield kind, body
        elif not kind[0] & 32:  # capital letter: needed for the pixels
            raise UnreadablePicture(
                f"its chunk {kind.decode()} is damaged" if kind.isalpha() else "a chunk is damaged"
            )


def _profile(file: BinaryIO) -> bytes:
    before_pixels = takewhile(lambda chunk: chunk[0] != b"IDAT", _chunks(file))
    body = next((body for kind, body in before_pixels if kind == b"iCCP"), b"")
    packed = body.partition(b"\0")[2][1:]
    try:
        unpacker = zlib.decompressobj()
        profile = unpacker.decompress(packed, MAX_PROFILE_BYTES)
    except zlib.error:
        return b""
    return profile if unpacker.eof else b""


def orientation_of(exif: bytes) -> int:
    """Return the orientation that EXIF data name; 1 where they name none or are damaged."""
    try:
        found = Image.Exif()
        found.load(exif)
        value = found.get(0x0112, 1)
    except Exception:  # EXIF is made by cameras and broken by tools; a picture is good without it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
