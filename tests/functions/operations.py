"""Every operation of the API, as its OpenAPI document names it."""

import json
from pathlib import Path
from typing import Final

from functions.manifest import OPEN

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def operations() -> list[str]:
    paths = json.loads(DOCUMENT.read_text("utf-8"))["paths"]
    return [
        f"{method.upper()} {path.replace('{', '<').replace('}', '>')}"
        for path, methods in paths.items()
        for method in methods
    ]


ASKED: Final = [operation for operation in operations() if operation not in OPEN]
