"""The table of rights as TypeScript: `python -m functions.contract.browser_rights frontend/src/api/rights.ts`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from functions.contract import openapi
from functions.rights import RIGHTS
from functions.runtime.event import Json

HEAD = """\
// The operations that need a right, by name. Written by `make generate` from functions/rights.py.
export const RIGHTS = {
"""
TAIL = """\
} as const;

export type Operation = keyof typeof RIGHTS;
"""


def text() -> str:
    """Return the file. Raises KeyError when an operation of the table is not in the API."""
    names = dict(_operations(openapi.document()))
    lines = sorted(f'  {names[route]}: "{route}",\n' for route in RIGHTS)
    return HEAD + "".join(lines) + TAIL


def _operations(document: Json) -> Iterator[tuple[str, str]]:
    """Yield every route as functions/rights.py writes it, with the name of its function."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            suffix = re.sub(r"\W", "_", f"{path}_{method}")
            route = f"{method.upper()} {path}".replace("{", "<").replace("}", ">")
            yield route, operation["operationId"].removesuffix(suffix)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
