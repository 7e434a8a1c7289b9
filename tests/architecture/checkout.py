"""The checkout as these tests see it: the files that belong to it, generated ones apart."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
GENERATED: Final = {
    "frontend/src/api/rights.ts",
    "frontend/src/api/schema.ts",
    "client/kenpin_client/schemas.py",
}


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Return the files that git has or would take, with these suffixes, without generated ones."""
    listed = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (name for name in listed.stdout.splitlines() if name not in GENERATED)
    return tuple(ROOT / name for name in names if name.endswith(suffixes) and (ROOT / name).is_file())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
