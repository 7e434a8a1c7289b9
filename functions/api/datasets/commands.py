"""Writes about datasets: create one, set or remove a window of deep grey, a region of interest or a scale."""

from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import datasets
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Name, Slug
from kenpin.domain.dataset.commands import (
    CreateDataset,
    RemoveScale,
    RemoveWindow,
    SetRegionOfInterest,
    SetScale,
    SetWindow,
    WindowValues,
)
from kenpin.domain.dataset.decider import dataset

router = new_router()


class NewDataset(Command):
    dataset_id: Slug | None = None
    project_id: Slug
    name: Name


@router.post("/datasets", status_code=201, tags=["datasets"])
def create_dataset(body: NewDataset) -> Accepted:
    id = body.dataset_id or new_id()
    new = CreateDataset(dataset_id=id, project_id=body.project_id, name=body.name)
    return accepted(datasets.create_dataset(platform(), new, request_context()), id)


@router.post("/datasets/<dataset_id>/windows", status_code=201, tags=["datasets"])
def set_window(dataset_id: str, body: WindowValues) -> Accepted:
    """Set the values of deep grey that are black and white, for one camera or for the whole dataset."""
    return accept(dataset, dataset_id, SetWindow(**dict(body)))


@router.post("/datasets/<dataset_id>/window-removals", status_code=201, tags=["datasets"])
def remove_window(dataset_id: str, body: RemoveWindow) -> Accepted:
    """Remove the window of one camera, or the one of all cameras without a window of their own."""
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/regions", status_code=201, tags=["datasets"])
def set_region(dataset_id: str, body: SetRegionOfInterest) -> Accepted:
    """Set the part of the pictures that is learnt from and judged; without any polygon, remove it."""
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/scales", status_code=201, tags=["datasets"])
def set_scale(dataset_id: str, body: SetScale) -> Accepted:
    """Set the millimetres of a pixel on the part, for one camera or for the whole dataset."""
    return accept(dataset, dataset_id, body)


@router.post("/datasets/<dataset_id>/scale-removals", status_code=201, tags=["datasets"])
def remove_scale(dataset_id: str, body: RemoveScale) -> Accepted:
    """Remove the scale of one camera, or the one of all cameras without a scale of their own."""
    return accept(dataset, dataset_id, body)
