"""Folders and archives as trees: names as systems write them, litter, links and archives that mean harm."""

import io
import os
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kenpin.importing.archives import BadArchive, archive_tree
from kenpin.importing.tree import FolderTree, Tree


def why(tree: Tree) -> dict[str, int]:
    tree.paths()
    return {reason: passed.files for reason, passed in tree.passed_over.items()}


def test_shift_jis_names_come_in_readable(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/" + "良品".encode("cp932")
    os.mkdir(folder)  # noqa: PTH102 (a path of bytes)
    with open(folder + "/検査.png".encode("cp932"), "wb") as file:  # noqa: PTH123 (a path of bytes)
        file.write(b"x")
    tree = FolderTree(tmp_path)
    assert tree.paths() == ["良品/検査.png"]
    with tree.open("良品/検査.png") as opened:
        assert opened.read() == b"x"


def test_links_are_followed_once_and_loops_are_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/b.png").write_bytes(b"b")
    line = tmp_path / "line"
    line.mkdir()
    (line / "a.png").write_bytes(b"a")
    (line / "loop").symlink_to(line)
    (line / "shared").symlink_to(tmp_path / "elsewhere")
    (line / "gone.png").symlink_to("nothing.png")
    tree = FolderTree(line)
    assert tree.paths() == ["a.png", "shared/b.png"]
    assert why(tree) == {"a link to a folder that is read already (a loop)": 1, "a link to nothing": 1}


def test_odd_names_are_kept(tmp_path: Path) -> None:
    names = ["-rf.png", "50%.png", "a&b=c?.png", "back\\slash.png", "tab\there.png", "😀.png", " lead.png"]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert sorted(FolderTree(tmp_path).paths()) == sorted(names)


def test_a_zip_of_windows_is_read_and_harm_is_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "line.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("ok/a.png", "../out.png", "/root.png", "__MACOSX/._a.png", "bomb.png"):
            archive.writestr(name, bytes(40_000_000) if name == "bomb.png" else b"x")
    content = place.read_bytes().replace(b"ok/a.png", "検/a.png".encode("cp932"))
    place.write_bytes(content)
    tree = archive_tree(place)
    assert tree is not None
    assert tree.paths() == ["検/a.png"]
    assert why(tree) == {
        "its path leads outside of the archive": 2,
        "left by macOS": 1,
        "packed more than 200 times (a zip bomb)": 1,
    }


def test_a_tar_is_read_and_its_links_are_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "line.tar.gz"
    with tarfile.open(place, "w:gz") as archive:
        info = tarfile.TarInfo("ok/a.png")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
        link = tarfile.TarInfo("ok/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    tree = archive_tree(place)
    assert tree is not None
    assert tree.paths() == ["ok/a.png"]
    assert why(tree) == {"a link or a device in the archive": 1}


def test_threads_read_the_same_tar_without_mixing_its_members(tmp_path: Path) -> None:
    place, size = tmp_path / "line.tar", 300_000
    with tarfile.open(place, "w") as archive:
        for n in range(40):
            info = tarfile.TarInfo(f"{n}.png")
            info.size = size
            archive.addfile(info, io.BytesIO(bytes([n]) * size))
    tree = archive_tree(place)
    assert tree is not None
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: tree.open(f"{n}.png").read() == bytes([n]) * size, range(40)))
    assert all(found)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
def test_a_broken_archive_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(BadArchive, match=f"{name} is no readable"):
        archive_tree(tmp_path / name)
