"""The layout of all rows: it names the schema that holds them, so that other code reads and writes other rows."""

from typing import Final

LAYOUT: Final = "6562998db766"
"""The beginning of the digest of all declared tables; a test says what it must be when a table has changed."""
ROWS: Final = f"rows_{LAYOUT}"
"""The schema of the rows."""
