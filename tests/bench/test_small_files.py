"""The files of `bench import` are whole pictures, and no two are alike."""

from pathlib import Path

from PIL import Image

from bench import small_files


def test_the_files_are_pictures_of_two_kinds_and_no_two_are_alike(tmp_path: Path) -> None:
    size = small_files.make(tmp_path, 20)
    files = sorted(tmp_path.rglob("*.*"))
    assert sum(file.stat().st_size for file in files) == size
    assert [file.parent.name for file in files].count("ng") == 2
    assert len({file.read_bytes() for file in files}) == 20
    kinds = []
    for file in files:
        with Image.open(file) as picture:
            picture.load()
            kinds.append((picture.format, picture.size))
    assert sorted(kinds) == [("JPEG", (128, 96))] * 10 + [("PNG", (128, 96))] * 10
