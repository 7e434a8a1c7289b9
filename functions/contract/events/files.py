"""The files of the contract: write them, and find those that are stale."""

import json
from pathlib import Path

from functions.contract.events.reference import page
from functions.contract.events.schemas import documents


def expected() -> dict[Path, str]:
    """Return the text of each file by its path from the root of the checkout."""
    files = {Path("events", path): _text(document) for path, document in documents()}
    return files | {Path("docs/reference/events.md"): page()}


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(root: Path) -> None:
    for path, text in expected().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def drift(root: Path) -> list[str]:
    """Return a message for each file that differs from the code."""
    files = expected()
    found = {path.relative_to(root) for path in (root / "events").rglob("*") if path.is_file()}
    stale = [path for path, text in files.items() if not _is_current(root / path, text)]
    left_over = sorted(found - files.keys())
    return [
        *(f"{path} is not what the code says; write it anew" for path in stale),
        *(f"{path} belongs to no event; remove it" for path in left_over),
    ]


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
