"""The comparison of the probe on tiles with the one on whole pictures: its pictures have both verdicts in all parts."""

import io

import pytest
from PIL import Image

from bench.claims import tiles


def test_ball_screw_places_and_drawn_pictures_have_both_verdicts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tiles, "PICTURES", 8)
    drawn = list(tiles._draw())
    assert [bool(judged) for _, judged, _ in drawn] == [True] * 4 + [False] * 4
    assert Image.open(io.BytesIO(drawn[0][0])).size == tiles.SIZE
    found = list(tiles._ballscrew())
    assert len(found) == 414 and len({part for _, _, part in found}) > 5
    assert {judged for _, judged, _ in found} == {True, False}
