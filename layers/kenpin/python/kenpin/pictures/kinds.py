"""Kinds of pictures that are read, by the first bytes of a file and by the suffix of its name."""

from typing import Final

TITLES: Final = "PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF or JPEG 2000"
HEAD_BYTES: Final = 32
"""Bytes that tell the kind of a file."""
SUFFIXES: Final = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
    "image/bmp": (".bmp",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/x-portable-anymap": (".pnm", ".pbm", ".pgm", ".ppm"),
    "image/avif": (".avif",),
    "image/jp2": (".jp2", ".j2k"),
}
"""Media type → suffixes; the first is the usual one."""
ALL_SUFFIXES: Final = frozenset(suffix for each in SUFFIXES.values() for suffix in each)
SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    *((b"P%d" % number, "image/x-portable-anymap") for number in range(1, 7)),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
)
AVIF_BRANDS: Final = (b"avif", b"avis")


def media_type_of(head: bytes) -> str | None:
    """Return the media type by the first HEAD_BYTES of a file, never by its name; None: it is no picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and any(brand in head[8:HEAD_BYTES] for brand in AVIF_BRANDS):
        return "image/avif"
    return next((media_type for signature, media_type in SIGNATURES if head.startswith(signature)), None)
