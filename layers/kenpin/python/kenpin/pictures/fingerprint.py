"""Fingerprint of a picture, and the search for near-duplicates: copies, other encodings, shots a moment apart."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SIDE: Final = 16
"""pixels"""
SIZE: Final = SIDE * SIDE
"""bytes"""
LEAST_CONTRAST: Final = 2.0
"""Grey levels: a picture without detail of at least this has no fingerprint."""
LIKENESS: Final = 0.98
"""Pictures from this on are near-duplicates. On photographs of one set-up, other encodings and sizes of a picture have
.99 and more, and another place of the same part has less; found on the bundled samples alone."""
SHRINK: Final = 20
"""Pictures that the mean is drawn to 0 with: a mean of few pictures holds too much of each."""
BANDS: Final = 16
BITS: Final = 16
WINDOW: Final = 50
"""Neighbours of one band that a picture is compared with, so that the cost grows with the number of pictures."""
MOST_SIGNS: Final = 48
"""Signs of the BANDS · BITS that near-duplicates may have apart: at LIKENESS 16 ± 4 are, of other pictures 128 ± 8."""

Fingerprints = NDArray[np.int8]
"""pictures × SIZE"""
_Rows = NDArray[np.float32]


def fingerprint(picture: Image.Image) -> bytes | None:
    """Return SIZE bytes: fine detail of the small grey picture, independent of contrast; None where there is none."""
    small = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    detail = _levels(small) - _levels(small.filter(ImageFilter.GaussianBlur(2)))
    detail -= detail.mean()
    most = float(np.abs(detail).max())
    if most < LEAST_CONTRAST:
        return None
    return np.round(detail / most * 127).astype(np.int8).tobytes()


def _levels(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, dtype=np.float64).ravel()


def stacked(fingerprints: Sequence[bytes]) -> Fingerprints:
    return np.frombuffer(b"".join(fingerprints), np.int8).reshape(-1, SIZE)


def near_duplicates(fingerprints: Fingerprints) -> list[tuple[int, int, float]]:
    """Return pairs of places and their likeness, the most alike first.

    Likeness is the correlation after the mean of all is taken away: what all pictures of a set-up share says nothing.
    Candidates share a band of signs of random projections (Charikar 2002).
    """
    rows = _without_the_shared(fingerprints)
    found: dict[tuple[int, int], float] = {}
    for one, other in _candidates(rows):
        likeness = np.einsum("ij,ij->i", rows[one], rows[other])
        for place in np.flatnonzero(likeness >= LIKENESS):
            pair = sorted((int(one[place]), int(other[place])))
            found[pair[0], pair[1]] = min(float(likeness[place]), 1.0)
    return sorted(
        ((a, b, likeness) for (a, b), likeness in found.items()), key=lambda pair: (-pair[2], *pair[:2])
    )


def _without_the_shared(fingerprints: Fingerprints) -> _Rows:
    rows = fingerprints.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    if len(rows):
        rows -= rows.mean(axis=0) * (len(rows) / (len(rows) + SHRINK))
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows


def _candidates(rows: _Rows) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield arrays of pairs: neighbours in a band, those of the same code and of few other signs apart."""
    codes = _codes(rows)
    signs = codes.view(np.uint64)
    for band in codes.T:
        order = np.argsort(band, kind="stable")
        ordered = band[order]
        for step in range(1, min(WINDOW, len(order) - 1) + 1):
            same = np.flatnonzero(ordered[:-step] == ordered[step:])
            if not len(same):
                break
            one, other = order[same], order[same + step]
            near = np.bitwise_count(signs[one] ^ signs[other]).sum(axis=1) <= MOST_SIGNS
            yield one[near], other[near]


def _codes(rows: _Rows) -> NDArray[np.uint16]:
    """Return pictures × BANDS codes of BITS signs each."""
    random = np.random.default_rng(0)
    directions = [random.standard_normal((SIZE, BITS), dtype=np.float32) for _ in range(BANDS)]
    signs = [np.packbits(rows @ each > 0, axis=1) for each in directions]
    return np.hstack(signs).view(np.uint16)
