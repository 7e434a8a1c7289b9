"""JPEG of more than 8 bits and lossless JPEG, which Pillow does not read."""

import struct
from typing import BinaryIO, Final

import imagecodecs
from msgspec import Struct

from kenpin.pictures.limits import Limits, UnreadablePicture
from kenpin.pictures.png import orientation_of
from kenpin.pictures.samples import PictureInfo, Samples, upright, upright_size

SIGNATURE: Final = b"\xff\xd8\xff"
FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
LOSSLESS: Final = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a body"""
SCAN, EXIF = 0xDA, 0xE1


class JpegHead(Struct, frozen=True):
    """The frame of a JPEG file."""

    width: int
    height: int
    bits: int
    channels: int
    is_lossless: bool
    orientation: int

    @property
    def is_deep(self) -> bool:
        return self.bits > 8 or self.is_lossless


def read_jpeg_head(file: BinaryIO) -> JpegHead:
    """Read a file up to its frame. Raises UnreadablePicture."""
    file.seek(2)
    orientation = 1
    while (marker := _marker(file)) != SCAN:
        if marker in BARE:
            continue
        body = _body(file)
        if marker == EXIF and body.startswith(b"Exif\0\0"):
            orientation = orientation_of(body)
        if marker in FRAMES:
            bits, height, width, channels = struct.unpack(">BHHB", body[:6])
            return JpegHead(width, height, bits, channels, marker in LOSSLESS, orientation)
    raise UnreadablePicture("its header is damaged")


def read_deep_jpeg_info(head: JpegHead, limits: Limits) -> PictureInfo:
    limits.check_size(head.width, head.height, 2 * head.channels)
    width, height = upright_size(head.width, head.height, head.orientation)
    return PictureInfo(width, height, "image/jpeg", max(head.bits, 8), needs_rendition=True)


def read_deep_jpeg(file: BinaryIO, head: JpegHead, limits: Limits) -> Samples:
    limits.check_size(head.width, head.height, 2 * head.channels)
    file.seek(0)
    values = imagecodecs.jpeg_decode(file.read())
    if values.shape[:2] != (head.height, head.width) or head.channels not in (1, 3):
        raise UnreadablePicture("its header is damaged, or it has neither one channel nor three")
    return Samples(upright(values, head.orientation), max(head.bits, 8))


def _marker(file: BinaryIO) -> int:
    lead = file.read(1)
    if lead != b"\xff":
        raise UnreadablePicture("its header is damaged")
    while (byte := file.read(1)) == b"\xff":
        pass
    if not byte:
        raise UnreadablePicture("the file ends too early")
    return byte[0]


def _body(file: BinaryIO) -> bytes:
    size = int.from_bytes(file.read(2)) - 2
    body = file.read(max(size, 0))
    if size < 0 or len(body) < size:
        raise UnreadablePicture("the file ends too early")
    return body
