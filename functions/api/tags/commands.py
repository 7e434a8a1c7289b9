"""Writes about tags: name a version of a dataset."""

from functions.http.accept import accepted
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import datasets
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import TagVersion

router = new_router()


@router.post("/datasets/<dataset_id>/tags", status_code=201, tags=["datasets"])
def tag_version(dataset_id: str, body: TagVersion) -> Accepted:
    """Give the newest version, or the earlier one in the request, a name."""
    return accepted(datasets.tag_version(platform(), dataset_id, body, request_context()), dataset_id)
