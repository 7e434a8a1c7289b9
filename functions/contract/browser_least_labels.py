"""The least labels of each method as TypeScript: `python -m functions.contract.browser_least_labels FILE`."""

import sys
from pathlib import Path

from kenpin.domain.dataset.eligibility import LEAST_LABELS

HEAD = """\
// The OK and NG images that each method needs. Written by `make generate` from domain/dataset/eligibility.py.
export const LEAST_LABELS = {
"""
TAIL = """\
} as const;
"""


def text() -> str:
    """Return the file."""
    return (
        HEAD + "".join(f"  {m}: {{ OK: {ok}, NG: {ng} }},\n" for m, (ok, ng) in LEAST_LABELS.items()) + TAIL
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
