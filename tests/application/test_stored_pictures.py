"""Stored pictures are compared with their digest whenever they are opened."""

from hashlib import sha256
from io import BytesIO

import pytest

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.stored_pictures import PictureNotIntact, open_picture

GOOD = b"the bytes that came in"
DIGEST = sha256(GOOD).hexdigest()


def stored(body: bytes) -> MemoryObjectStore:
    objects = MemoryObjectStore()
    objects.put(f"images/{DIGEST}", BytesIO(body))
    return objects


def test_intact_bytes_are_opened_at_their_beginning() -> None:
    with open_picture(stored(GOOD), DIGEST) as body:
        assert body.read() == GOOD


@pytest.mark.parametrize(
    ("objects", "wrong"),
    [
        (stored(GOOD[:-1]), "damaged"),
        (stored(GOOD.replace(b"came", b"come")), "damaged"),
        (stored(b""), "damaged"),
        (MemoryObjectStore(), "missing"),
    ],
)
def test_other_bytes_are_refused_by_name_with_what_to_do(objects: MemoryObjectStore, wrong: str) -> None:
    with pytest.raises(PictureNotIntact, match=f"{DIGEST}.* {wrong}.*backup"):
        open_picture(objects, DIGEST)
