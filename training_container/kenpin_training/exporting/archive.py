"""The zip file of an exported model: the same files give the same bytes."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LONG_AGO = (1980, 1, 1, 0, 0, 0)


def zipped(folder: Path) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as target:
        for name, content in contents(folder):
            entry = ZipInfo(name, LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return body.getvalue()


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents(folder)}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    yield from ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)


def add_programs(folder: Path) -> None:
    """Put the programs that run the model without Kenpin into a folder."""
    target = folder / "kenpin_inspect"
    target.mkdir()
    for path in files("kenpin_inspect").iterdir():
        if path.name.endswith(".py"):
            (target / path.name).write_bytes(path.read_bytes())


def add_notice(folder: Path) -> None:
    """Put the notice of EfficientNet-Lite's weights into a folder."""
    notice = files("kenpin_training.backbones.efficientnet_lite") / "NOTICE"
    (folder / "NOTICE").write_bytes(notice.read_bytes())
