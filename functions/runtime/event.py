"""The type of Lambda events and answers: JSON, in the shapes that AWS documents."""

from typing import Any

Json = dict[str, Any]  # type: ignore[explicit-any]
