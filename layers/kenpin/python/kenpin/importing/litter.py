"""Files that systems leave beside images: passed over, and counted by kind."""

import re
from typing import Final

FOLDERS: Final = {
    "__macosx": "left by macOS",
    "@eadir": "left by a NAS",
    "@recycle": "left by a NAS",
    "#recycle": "left by a NAS",
    "@tmp": "left by a NAS",
    "$recycle.bin": "left by Windows",
    "system volume information": "left by Windows",
    "lost+found": "left by Linux",
}
FILES: Final = {
    ".ds_store": "left by macOS",
    "thumbs.db": "left by Windows",
    "ehthumbs.db": "left by Windows",
    "desktop.ini": "left by Windows",
}
HIDDEN: Final = re.compile(r"\.[^.]")


def folder_litter(name: str) -> str:
    """Return the reason to pass over a folder of this name; empty: it is read."""
    return FOLDERS.get(name.lower(), "in a hidden folder" if HIDDEN.match(name) else "")


def file_litter(name: str) -> str:
    """Return the reason to pass over a file of this name; empty: it is read."""
    if name.startswith("._"):
        return "left by macOS"
    if name.startswith((".~lock.", "~$")):
        return "left by an open document"
    return FILES.get(name.lower(), "")


def litter(path: str) -> str:
    """Return the reason to pass over a path; empty: it is read."""
    *folders, name = path.split("/")
    return next(filter(None, map(folder_litter, folders)), "") or file_litter(name)
