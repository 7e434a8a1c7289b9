"""Reads about embedding maps."""

from functions.api.embeddings.answers import Embedding
from functions.http.as_of import AsOf, version_as_of
from functions.http.paging import found, rows
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.runs import queries as runs
from kenpin.read_models.runs.embedding import MapValue, embedding_map

router = new_router()


@router.get("/datasets/<dataset_id>/embedding", tags=["datasets"])
def dataset_embedding(dataset_id: str, by: MapValue = "verdict", as_of: AsOf = None) -> Embedding:
    """Return the embedding map of the newest run that has scored the dataset, now or `as_of` or before it.

    Its axes are the first two principal components of the features of the pinned network.
    """
    version = version_as_of(f"dataset-{dataset_id}", as_of, "datasets")
    with rows() as sql:
        found(datasets.one(sql, dataset_id), "dataset", dataset_id)
        run = runs.newest_scored(sql, dataset_id, version)
    drawn = embedding_map(platform().objects, run["predictions"], by) if run else None
    if run is None or drawn is None:
        return Embedding(
            dataset_id=dataset_id, run_id=None, images=0, by=by, image_ids=[], x=[], y=[], values=[]
        )
    return Embedding(
        dataset_id=dataset_id,
        run_id=run["run_id"],
        images=drawn.images,
        by=by,
        image_ids=drawn.image_ids,
        x=drawn.x,
        y=drawn.y,
        values=drawn.values,
    )
