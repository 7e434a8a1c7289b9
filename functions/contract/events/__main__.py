"""`python -m functions.contract.events --write` writes events/ and its reference page; `--check` finds drift."""

import sys
from pathlib import Path

from functions.contract.events.files import drift, write


def main(verb: str) -> int:
    if verb == "--write":
        write(Path())
    stale = drift(Path())
    for what in stale:
        print(what, file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
