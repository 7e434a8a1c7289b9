"""Where the stored bytes of every event and schema version that was ever shipped are kept."""

from pathlib import Path

FOLDER = Path(__file__).parent / "events"
