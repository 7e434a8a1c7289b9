"""Croissant: the description is valid and its records can be read, by the reader of those who made the format."""

from pathlib import Path

import mlcroissant
import pytest

from tests.exporting.sample import CLASSES, written


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_mlcroissant_finds_no_error_and_reads_the_records(tmp_path: Path) -> None:
    for path, content in written("croissant").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    dataset = mlcroissant.Dataset(jsonld=str(tmp_path / "metadata.json"))
    assert dataset.metadata.issues.errors == set()
    records = list(dataset.records("defects"))
    assert [record["defects/class"] for record in records[:3]] == [name.encode() for name in CLASSES]
    assert [records[0][f"defects/{name}"] for name in ("x", "y", "width", "height")] == [1, 2, 3.5, 4]
