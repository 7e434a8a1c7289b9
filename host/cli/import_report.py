"""The report of an import: every image counted, and those named that did not come in whole."""

from __future__ import annotations

from msgspec import Struct

from kenpin.importing.entry import Problem


class ImportReport(Struct):
    """The outcome of every image of an import, or of some of them."""

    dataset_id: str = ""
    batch_id: str = ""
    """The batch of all decisions of the import, for `kenpin undo`."""
    version: int = 0
    registered: int = 0
    known: int = 0
    judged: int = 0
    already_judged: int = 0
    split: int = 0
    clipped: list[Problem] = []
    """Images of which a shape was cut off at the edge"""
    refused_labels: list[Problem] = []
    """Images that came in unjudged, as the platform refused their labels"""
    problems: list[Problem] = []
    """Images that did not come in"""

    def add(self, other: ImportReport) -> None:
        """Add the outcome of other images."""
        self.version = max(self.version, other.version)
        self.registered += other.registered
        self.known += other.known
        self.judged += other.judged
        self.already_judged += other.already_judged
        self.split += other.split
        self.clipped += other.clipped
        self.refused_labels += other.refused_labels
        self.problems += other.problems
