"""The streams that belong to a dataset, a project or everything."""

from __future__ import annotations

from functions.api.datasets.answers import Dataset
from functions.api.models.answers import Model
from functions.api.projects.answers import Project
from functions.api.runs.answers import Run
from host.cli.client import Client


def streams_of(client: Client, dataset: str | None, project: str | None) -> set[str] | None:
    """Return the streams of a dataset (itself, project, runs, models), of a project, or all (None)."""

    if dataset:
        owner = client.get(f"/datasets/{dataset}", Dataset).project_id
        datasets = [dataset]
    elif project:
        owner = client.get(f"/projects/{project}", Project).project_id
        datasets = [each.dataset_id for each in client.items("/datasets", Dataset, project_id=project)]
    else:
        return None
    runs = client.items("/runs", Run, project_id=owner, limit=1000)
    models = client.items("/models", Model, project_id=owner, limit=1000)
    return {
        f"project-{owner}",
        *(f"dataset-{each}" for each in datasets),
        *(f"run-{each.run_id}" for each in runs if each.dataset_id in datasets),
        *(f"model-{each.model_id}" for each in models if each.dataset_id in datasets),
    }
