"""The scores of a run, read from its Parquet file: too many for rows, and fixed once written."""

from typing import Final, Literal

from kenpin.ports import ObjectStore

Order = Literal["score", "margin", "image"]
COLUMNS: Final = ("image_id", "split", "truth", "score")


def page(
    objects: ObjectStore,
    predictions: str,
    *,
    threshold: float,
    split: str | None = None,
    order: Order = "score",
    start: int = 0,
    limit: int = 100,
) -> list[dict[str, str | float | None]]:
    """Rows `start` .. `start + limit`: highest score first, or nearest to the threshold, or by image."""
    import pyarrow.compute as pc  # a third of a second, and only this question needs it
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        table = pq.read_table(body, columns=list(COLUMNS))
    if split is not None:
        table = table.filter(pc.equal(table["split"], split))
    table = table.append_column("margin", pc.abs(pc.subtract(table["score"], threshold)))
    keys = {"score": [("score", "descending")], "margin": [("margin", "ascending")], "image": []}
    sorted_ = table.sort_by([*keys[order], ("image_id", "ascending")])
    rows: list[dict[str, str | float | None]] = sorted_.select(list(COLUMNS)).slice(start, limit).to_pylist()
    return rows


def score_of(objects: ObjectStore, predictions: str, image_id: str) -> tuple[float, bool] | None:
    """The run's score of one image, and whether its model had learnt from it; None where it was not there yet.

    Of an image that was learnt from it is the score by a model that had not seen it, where there is one.
    """
    import pyarrow.parquet as pq

    with objects.open(f"predictions/{predictions}.parquet") as body:
        columns = ["score", "fold_score", "split", "truth"]
        table = pq.read_table(body, columns=columns, filters=[("image_id", "==", image_id)])
    for row in table.to_pylist():
        fold = row["fold_score"]
        return (row["score"] if fold is None else fold, fold is not None)
    return None
