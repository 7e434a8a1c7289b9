"""`python -m host.docs_site` builds the documentation site; a broken link or anchor is an error."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SITE: Final = ROOT / "host" / "static" / "docs"


def main() -> int:
    if not (ROOT / "docs").is_dir():
        return 0
    try:
        from host.docs_site.build import build
    except ImportError as error:
        sys.stderr.write(f"docs_site: {error}; run: make setup\n")
        return 1
    broken = build(ROOT, SITE)
    for what in broken:
        sys.stderr.write(f"docs_site: {what}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
