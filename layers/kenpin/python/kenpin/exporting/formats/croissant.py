"""Writes Croissant 1.1: a description of the dataset as JSON-LD over a table of images and their defects."""

import hashlib
from collections.abc import Iterator
from typing import Final

from kenpin.exporting.exported import Export, ExportedImage, Part, Piece
from kenpin.exporting.formats import table
from kenpin.exporting.layout import json_bytes

TABLE: Final = "images.csv"
NUMBERS: Final = ("x", "y", "width", "height")
TERMS: Final = (
    "arrayShape",
    "citeAs",
    "column",
    "containedIn",
    "equivalentProperty",
    "extract",
    "field",
    "fileObject",
    "fileProperty",
    "fileSet",
    "format",
    "includes",
    "isArray",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
)
CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in TERMS},
}
"""The context of Croissant 1.1, as `mlcroissant` has it."""


def write(export: Export) -> Iterator[Piece]:
    """`metadata.json`, the files of the CSV export, and `images/`."""
    digest, suffixes = hashlib.sha256(), dict[str, None]()
    for path, content in table.write(export):
        if isinstance(content, Part):
            digest.update(content.content)
        if isinstance(content, ExportedImage):
            suffixes[f"images/*.{path.rpartition('.')[2]}"] = None
        yield path, content
    yield "metadata.json", json_bytes(_description(export, digest.hexdigest(), list(suffixes))) + b"\n"


def _description(export: Export, digest: str, patterns: list[str]) -> dict[str, object]:
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": export.dataset_id,
        "description": f"Images of {export.dataset_id} at version {export.version} with the verdicts of people.",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "version": f"{export.version}.0.0",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": TABLE,
                "name": TABLE,
                "contentUrl": TABLE,
                "encodingFormat": "text/csv",
                "sha256": digest,
            },
            {
                "@type": "cr:FileSet",
                "@id": "images",
                "name": "images",
                "encodingFormat": "image/*",
                "includes": patterns or ["images/*"],
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "defects",
                "name": "defects",
                "description": "One record per defect, or one per image without a defect.",
                "field": [_field(column) for column in table.COLUMNS],
            }
        ],
    }


def _field(column: str) -> dict[str, object]:
    return {
        "@type": "cr:Field",
        "@id": f"defects/{column}",
        "name": column,
        "dataType": "sc:Float" if column in NUMBERS else "sc:Text",
        "source": {"fileObject": {"@id": TABLE}, "extract": {"column": column}},
    }
