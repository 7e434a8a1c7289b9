"""What wakes a function and what it answers: JSON, in the shapes that AWS documents."""

from typing import Any

Json = dict[str, Any]  # type: ignore[explicit-any]
