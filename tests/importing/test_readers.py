"""The folder reader, the capture table, the mask reader and the ELPV reader."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from host.importers import elpv
from kenpin.importing import mask
from kenpin.importing.entry import MaskFile, MaskRuns, Problem, SourceEntry, Unreadable
from kenpin.importing.formats import folder
from kenpin.importing.tree import FolderTree, MemoryTree


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (4, 4)).save(path)


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no images in"):
        list(folder.read(FolderTree(tmp_path)))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("t.csv", "ファイル,判定\n".encode(), "its first line names no column file (but ファイル, 判定)"),
        ("t.csv", b"", "its first line names no column"),
        ("t.csv", "café,x\n".encode("latin-1"), "is no text in UTF-8, UTF-16 or CP932"),
        ("t.csv", b"x" * 200_000, "line 1: is no CSV that can be read; check its quotes"),
        ("deep.json", b"[" * 100_000, "not JSON that can be read"),
        ("cut.json", b'{"images": [', "not JSON: "),
        ("a.xml", b"<annotation", "not XML: "),
        ("t.csv", b"file,lot\na.png,L1\n", None),
        ("camera.json", b"{}", None),
        ("notes.txt", b"\xff", None),
    ],
)
def test_an_annotation_file_that_cannot_be_read_is_named(name: str, content: bytes, what: str | None) -> None:
    found = list(folder.read(MemoryTree("source", {"a.png": b"", name: content})))
    assert [each.path for each in found if isinstance(each, SourceEntry)] == ["a.png"]
    problems = [each for each in found if isinstance(each, Problem)]
    assert [each.where for each in problems] == [name] * (what is not None)
    assert all(each.what.startswith(f"is not read as annotations: {what}") for each in problems)


def test_a_mask_keeps_only_its_own_colour(tmp_path: Path) -> None:
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[0, 0] = (0x23, 0xA4, 0x36, 255)
    picture[1, 1] = (0x23, 0xA4, 0x36, 20)
    picture[2, 2] = (255, 0, 0, 255)
    Image.fromarray(picture).save(tmp_path / "m.png")
    tree = FolderTree(tmp_path)
    png = mask.png_of(tree, MaskFile("m.png", (0x23, 0xA4, 0x36)))
    assert png is not None
    with Image.open(BytesIO(png)) as image:
        assert np.argwhere(np.asarray(image)).tolist() == [[0, 0]]
    assert mask.png_of(tree, MaskFile("m.png", (0, 0, 255))) is None


def test_runs_go_down_the_columns() -> None:
    png = mask.png_of(MemoryTree("none", {}), MaskRuns(width=3, height=2, counts=(1, 2, 3)))
    assert png is not None
    with Image.open(BytesIO(png)) as image:
        assert np.asarray(image).tolist() == [[False, True, False], [True, False, False]]


def test_elpv_is_split_by_label_and_kind_the_same_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"images/c{n}.png {n % 4 / 3} {'mono' if n < 16 else 'poly'}" for n in range(32)]
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    monkeypatch.setattr(elpv, "_folder", lambda: tmp_path)
    cells = elpv.source().entries
    assert [cell.verdict for cell in cells[:4] if isinstance(cell, SourceEntry)] == ["OK", "OK", "NG", "NG"]
    tests = [cell for cell in cells if isinstance(cell, SourceEntry) and cell.split == "test"]
    assert len(tests) == 8
    strata = {(cell.capture["product"], cell.reason) for cell in tests}
    assert len(strata) == 8
    assert cells == elpv.source().entries
