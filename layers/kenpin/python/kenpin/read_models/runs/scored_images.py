"""The images that a figure of a run counts: their scores and truth, from the predictions file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from msgspec import Struct

from kenpin.ports import ObjectStore
from kenpin.read_models.runs.class_scores import is_likely, likeliest, model_classes
from kenpin.read_models.runs.defect_sizes import BINS, RegionKind, with_region

if TYPE_CHECKING:
    import pyarrow as pa

CountedSplit = Literal["train", "validation", "test"]
SliceBy = Literal[
    "product",
    "line",
    "station",
    "camera",
    "light",
    "lot",
    "class",
    "predicted",
    "size",
    "day",
    "month",
    "person",
    "label_book",
]
CONDITIONS: Final = ("product", "line", "station", "camera", "light", "lot")
UNREAD: Final = frozenset(("heatmap", "regions", "embedding_x", "embedding_y"))
"""Columns that no figure needs"""
REGION_KINDS: Final = frozenset(get_args(RegionKind))


class Where(Struct, frozen=True):
    """One value of what figures are sliced by; `value` is None where it is not known.

    `says`: of the images whose classes are told, those that the model says show the class `value`. A kind of region:
    the images with one, where `value` is the size of a defect, or None for any.
    """

    by: SliceBy | Literal["says"] | RegionKind
    value: str | None


class ScoredImages(Struct, frozen=True):
    """Images that figures count. `rule`: the rule that made their split, None in files of older runs."""

    table: pa.Table
    rule: str | None
    classes: tuple[str, ...] | None = None
    """The classes that `class_scores` are of; None where the run scores no classes"""


def scored_images(
    objects: ObjectStore,
    predictions: str,
    split: CountedSplit,
    by: tuple[SliceBy, ...] = (),
    zone: tzinfo = UTC,
) -> ScoredImages:
    """Return the images that figures count. `zone`: that of the site, in which days and months are.

    Columns: image_id, score, is_ng, unfamiliar, group, classes, class_scores, defects, false_regions and those of `by`.
    Images of the training part have scores by models that had not seen them. Files of older runs lack columns: what
    they do not know is null.
    """
    import pyarrow as pa  # a third of a second, and only questions about figures need it
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        file = pq.ParquetFile(body)
        about = file.schema_arrow.metadata or {}
        table = file.read([name for name in file.schema_arrow.names if name not in UNREAD])
    use = table["use"] if "use" in table.column_names else pc.fill_null(table["split"], "train")
    table = table.filter(pc.and_(pc.equal(use, split), pc.is_in(table["truth"], pa.array(["OK", "NG"]))))
    part, names = "fold_" if split == "train" else "", model_classes(about)
    columns = {"score": table[f"{part}score"], "is_ng": pc.equal(table["truth"], "NG")}
    columns["class_scores"] = _column(table, f"{part}class_scores", pa.list_(pa.float64()))
    texts = pa.list_(pa.string())
    kinds = {"unfamiliar": pa.float64(), "group": pa.string(), "classes": texts}
    kinds |= {"defects": texts, "false_regions": pa.int64()}
    for name, kind in kinds.items():
        columns[name] = _column(table, name, kind)
    if "predicted" in by:
        predicted = [likeliest(names or (), scores) for scores in columns["class_scores"].to_pylist()]
        columns["predicted"] = pa.chunked_array([pa.array(predicted, pa.string())])
    for each in by:
        if each != "predicted":
            columns[each] = _values(table, each, zone)
    found = pa.table({"image_id": table["image_id"], **columns})
    found = found.filter(pc.is_valid(found["score"]))
    rule = json.loads(about.get(b"split_rules", b"{}")).get(split)
    return ScoredImages(_exploded(found) if "class" in by else found, rule, names)


def _values(table: pa.Table, by: SliceBy, zone: tzinfo) -> pa.ChunkedArray:
    import pyarrow as pa

    if by in CONDITIONS:
        return _column(table, by, pa.string())
    if by == "class":
        return _column(table, "classes", pa.list_(pa.string()))
    if by == "size":
        return _sizes(_column(table, "defect_px", pa.float64()))
    if by == "person":
        return _column(table, "judged_by", pa.string())
    if by == "label_book":
        return _column(table, "label_book", pa.int64()).cast(pa.string())
    form = "%Y-%m" if by == "month" else "%Y-%m-%d"
    times = _column(table, "captured_at", pa.timestamp("s", "UTC")).to_pylist()
    named = [time and time.astimezone(zone).strftime(form) for time in times]
    return pa.chunked_array([pa.array(named, pa.string())])


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    import pyarrow as pa

    if name in table.column_names:
        return table[name]
    return pa.chunked_array([pa.nulls(len(table), kind)])


def _sizes(pixels: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.nulls(len(pixels), pa.string())
    for least, beyond in zip(BINS, (*BINS[1:], None), strict=True):
        name = f"{least}–{beyond} px" if beyond else f"{least} px or more"
        named = pc.if_else(pc.fill_null(pc.greater_equal(pixels, least), False), name, named)
    return pa.chunked_array([named]) if isinstance(named, pa.Array) else named


def _exploded(table: pa.Table) -> pa.Table:
    """Return a row for each class of an NG image; images without a class have one row with null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    classes = table["class"].combine_chunks()
    named = table.take(pc.list_parent_indices(classes))
    named = named.set_column(named.schema.get_field_index("class"), "class", pc.list_flatten(classes))
    bare = table.filter(pc.equal(pc.fill_null(pc.list_value_length(classes), 0), 0))
    nulls = pa.nulls(len(bare), pa.string())
    bare = bare.set_column(bare.schema.get_field_index("class"), "class", nulls)
    return pa.concat_tables([named, bare])


def images_where(
    objects: ObjectStore,
    predictions: str,
    split: CountedSplit,
    where: Sequence[Where],
    zone: tzinfo = UTC,
) -> pa.Table:
    """Return the counted images with all of these values; columns and zone as of `scored_images`."""
    import pyarrow.compute as pc

    sliced = [each.by for each in where if each.by != "says" and each.by not in REGION_KINDS]
    scored = scored_images(objects, predictions, split, cast(tuple[SliceBy, ...], tuple(sliced)), zone)
    images = scored.table
    for each in where:
        if each.by == "says":
            images = _said(images, scored.classes or (), each.value)
            continue
        if each.by in REGION_KINDS:
            images = with_region(images, each.by, each.value)
            continue
        column = images[each.by]
        images = images.filter(pc.is_null(column) if each.value is None else pc.equal(column, each.value))
    return images


def _said(images: pa.Table, names: Sequence[str], class_id: str | None) -> pa.Table:
    """Return the images whose classes are told, and that the model says show the class."""
    import pyarrow as pa

    rows = images.select(["is_ng", "classes", "class_scores"]).to_pylist()
    place = names.index(class_id) if class_id in names else None
    said = [
        place is not None
        and bool(row["classes"] or not row["is_ng"])
        and is_likely(row["class_scores"], place)
        for row in rows
    ]
    return images.filter(pa.array(said, pa.bool_()))
