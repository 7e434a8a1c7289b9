"""The report of an import: every image counted, and those named that did not come in whole."""

from __future__ import annotations

from msgspec import Struct

from kenpin.importing.entry import Problem
from kenpin.importing.tree import PassedOver


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
    excluded: int = 0
    """Known images that are excluded, and stay so"""
    split: int = 0
    corrected: int = 0
    """Known images whose capture conditions the source gives otherwise: they are corrected"""
    differing: list[Problem] = []
    """Images of which the source says another verdict or split than the one that stands"""
    copies: list[Problem] = []
    """Files with the bytes and the label of another one"""
    clipped: list[Problem] = []
    """Images of which a shape was cut off at the edge"""
    refused_labels: list[Problem] = []
    """Images that came in unjudged, as the platform refused their labels"""
    problems: list[Problem] = []
    """Images that did not come in"""
    passed_over: list[PassedOver] = []
    """Files that are no images of the source, by reason"""

    @property
    def has_changes(self) -> bool:
        """Return True where there is something to undo."""
        return bool(self.registered or self.judged or self.split or self.corrected)

    def add(self, other: ImportReport) -> None:
        """Add the outcome of other images."""
        self.version = max(self.version, other.version)
        self.registered += other.registered
        self.known += other.known
        self.judged += other.judged
        self.already_judged += other.already_judged
        self.excluded += other.excluded
        self.split += other.split
        self.corrected += other.corrected
        self.differing += other.differing
        self.copies += other.copies
        self.clipped += other.clipped
        self.refused_labels += other.refused_labels
        self.problems += other.problems


def new_report(dataset_id: str = "", batch_id: str = "") -> ImportReport:
    return ImportReport(dataset_id, batch_id, differing=[], copies=[], clipped=[], problems=[])
