"""The Python client without async, from the one with it: `python -m functions.contract.client_sync FOLDER`.

The surface is written once, in `_async`. Only `_async/io.py` has a counterpart that is written by hand.
"""

import re
import sys
from pathlib import Path
from typing import Final

from functions.contract.client_schemas import formatted

BY_HAND: Final = frozenset({"__init__.py", "io.py"})
NOTE: Final = "# Written by `make generate` from `_async`."
WORDS: Final = (
    (r"\bawait ", ""),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bAsync(\w+)", r"\1"),
    (r"\b__a(enter|exit|iter)__\b", r"__\1__"),
    (r"\ba(close|read|iter_bytes)\b", r"\1"),
    (r"\b_async\b", "_sync"),
)


def texts(source: Path) -> dict[str, str]:
    """Return the files of `_sync` by name, made from those of `_async`."""
    files = sorted(each for each in source.glob("*.py") if each.name not in BY_HAND)
    return {file.name: formatted(_without_async(file.read_text("utf-8"))) for file in files}


def _without_async(text: str) -> str:
    head, _, rest = text.partition("\n")
    for pattern, replacement in WORDS:
        rest = re.sub(pattern, replacement, rest)
    return f"{head.replace('with async', 'without async')}\n{NOTE}\n{rest}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, text in texts(folder / "_async").items():
        (folder / "_sync" / name).write_text(text, "utf-8")
