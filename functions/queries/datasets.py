"""Reads about projects and datasets."""

from collections import defaultdict

from functions.http.access import access
from functions.http.answers import Counts, Dataset, Page, Project
from functions.http.resolver import new_router
from functions.queries.paging import Cursor, Limit, MinVersion, decoded, found, is_stale, page, rows
from kenpin.read_models import datasets, projects
from kenpin.read_models.database import Row

router = new_router()
SPLITS = ("train", "validation", "test", "unassigned")


@router.get("/projects", tags=["projects"])
def list_projects(limit: Limit = 100, cursor: Cursor = None) -> Page[Project]:
    with rows() as sql:
        shown = projects.page(sql, access().projects, decoded(cursor) if cursor else "", limit + 1)
    return page(shown, limit, Project.model_validate, lambda row: row["project_id"])


@router.get("/projects/<project_id>", tags=["projects"])
def one_project(project_id: str, min_version: MinVersion = None) -> Project:
    is_stale(f"project-{project_id}", min_version, "projects")
    with rows() as sql:
        return Project.model_validate(found(projects.one(sql, project_id), f"project {project_id}"))


@router.get("/datasets", tags=["datasets"])
def list_datasets(project_id: str | None = None, limit: Limit = 100, cursor: Cursor = None) -> Page[Dataset]:
    with rows() as sql:
        within = access().projects if project_id is None else [project_id]
        shown = datasets.page(sql, within, decoded(cursor) if cursor else "", limit + 1)
    return page(shown, limit, dataset, lambda row: row["dataset_id"])


@router.get("/datasets/<dataset_id>", tags=["datasets"])
def one_dataset(dataset_id: str, min_version: MinVersion = None) -> Dataset:
    stale = is_stale(f"dataset-{dataset_id}", min_version, "gallery", "datasets", "suggestions")
    with rows() as sql:
        row = found(datasets.one(sql, dataset_id), f"dataset {dataset_id}")
    return dataset(row).model_copy(update={"stale": stale})


def dataset(row: Row) -> Dataset:
    """Counts are of images that take part; excluded ones are counted apart."""
    counts: dict[str, dict[str, int]] = defaultdict(dict, {split: {} for split in SPLITS})
    images = excluded = 0
    for cell in row["cells"]:
        images += cell["images"]
        if cell["excluded"]:
            excluded += cell["images"]
        else:
            counts[cell["split"]][cell["verdict"]] = cell["images"]
    return Dataset(
        **{name: row[name] for name in Dataset.model_fields if name in row},
        images=images,
        excluded=excluded,
        counts={split: Counts(**of_split) for split, of_split in counts.items()},
    )
