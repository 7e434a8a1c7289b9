"""Reads about agreement tasks: progress, the caller's own answers, and results of closed tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import msgspec

from functions.api.agreement.answers import (
    AgreementAnswer,
    AgreementResult,
    AgreementTask,
    BlindImage,
    JudgedImage,
    PairKappa,
    PersonFigures,
)
from functions.http.answers import Page
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_number, found, is_stale, page, rows
from functions.http.pictures import ShownImages
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.agreement import AgreementFigures, by_image, figures
from kenpin.domain.dataset.agreement import check_no_longer_blind
from kenpin.domain.ids import Verdict
from kenpin.projections.database import Row
from kenpin.read_models.agreement import queries as agreement_queries

router = new_router()


@router.get("/datasets/<dataset_id>/agreement-tasks", tags=["agreement"])
def agreement_tasks(
    dataset_id: str,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    min_version: MinVersion = None,
) -> Page[AgreementTask]:
    """List agreement tasks, newest first, with each person's progress."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "agreement")
    version = version_as_of(stream, as_of, "agreement")
    with rows() as sql:
        at = shown_at(sql, "agreement", stream, version)
        before = decoded_number(cursor)
        shown = agreement_queries.page(sql, dataset_id, before=before, limit=limit + 1, as_of=version)
    return page(
        shown,
        limit,
        AgreementTask.model_validate,
        lambda row: row["version"],
        as_of=at,
        stale=stale,
    )


@router.get("/datasets/<dataset_id>/agreement-tasks/<task_id>", tags=["agreement"])
def one_agreement_task(
    dataset_id: str, task_id: str, as_of: AsOf = None, min_version: MinVersion = None
) -> AgreementTask:
    is_stale(f"dataset-{dataset_id}", min_version, "agreement")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "agreement")
    return AgreementTask.model_validate(_task(dataset_id, task_id, version))


def _task(dataset_id: str, task_id: str, as_of: int | None = None) -> Row:
    with rows() as sql:
        row = agreement_queries.one(sql, dataset_id, task_id, as_of)
    return found(row, "agreement_task", task_id, f"in dataset {dataset_id}")


@router.get("/datasets/<dataset_id>/agreement-tasks/<task_id>/images", tags=["agreement"])
def blind_images(dataset_id: str, task_id: str, min_version: MinVersion = None) -> Page[BlindImage]:
    """List the images of the task with the caller's own answers and nothing else that is known of them."""
    stale, me = is_stale(f"dataset-{dataset_id}", min_version, "agreement"), caller().actor
    task = _task(dataset_id, task_id)
    with rows() as sql:
        own = agreement_queries.answers(sql, dataset_id, task_id, person=me)
        shown = agreement_queries.images(sql, dataset_id, task["image_ids"])
        images = ShownImages(sql, ((dataset_id, row["image_id"]) for row in shown))
    own_answers = {row["image_id"]: row for row in own}
    return Page[BlindImage](
        items=[
            _blind(row, own_answers.get(row["image_id"]), images.addresses(dataset_id, row["image_id"]))
            for row in shown
        ],
        stale=stale,
    )


def _blind(row: Row, own: Row | None, urls: Mapping[str, str | None]) -> BlindImage:
    return BlindImage(
        **{name: row[name] for name in ("image_id", "name", "width", "height")},
        **urls,
        verdict=own["verdict"] if own else None,
        defect_classes=own["defect_classes"] if own else [],
    )


@router.get("/datasets/<dataset_id>/agreement-tasks/<task_id>/result", tags=["agreement"])
def agreement_result(
    dataset_id: str, task_id: str, as_of: AsOf = None, min_version: MinVersion = None
) -> AgreementResult:
    """Return how far people agree with each other and with the accepted truth. Refused while the task is open."""
    is_stale(f"dataset-{dataset_id}", min_version, "agreement", "gallery")
    version = version_as_of(f"dataset-{dataset_id}", as_of, "agreement")
    task = _task(dataset_id, task_id, version)
    check_no_longer_blind(task_id, is_closed=task["closed"])
    with rows() as sql:
        at = shown_at(sql, "agreement", f"dataset-{dataset_id}", version)
        answers = agreement_queries.answers(sql, dataset_id, task_id, as_of=version)
        shown = agreement_queries.images(sql, dataset_id, task["image_ids"], version)
        pictures = ShownImages(sql, ((dataset_id, row["image_id"]) for row in shown))
    urls = {row["image_id"]: pictures.addresses(dataset_id, row["image_id"]) for row in shown}
    outcome = _Outcome(task, answers, {row["image_id"]: row for row in shown}, urls)
    return outcome.result(at)


@dataclass
class _Outcome:
    """The answers of a closed task beside the images as they stand."""

    task: Row
    answers: list[Row]
    images: dict[str, Row]
    urls: dict[str, dict[str, str | None]]

    def result(self, as_of: int) -> AgreementResult:
        truth = {id: self._truth(row) for id, row in self.images.items()}
        known = {id: verdict for id, verdict in truth.items() if verdict}
        own_answers = by_image((a["image_id"], a["person"], a["verdict"]) for a in self.answers)
        figured = figures(self.task["image_ids"], own_answers, known)
        return AgreementResult(
            task=AgreementTask.model_validate(self.task),
            fleiss=figured.fleiss,
            pairs=[PairKappa(**msgspec.to_builtins(pair)) for pair in figured.pairs],
            people=[PersonFigures(**msgspec.to_builtins(person)) for person in figured.people],
            without_truth=len(self.images) - len(known),
            images=[self._judged(id, figured) for id in figured.order],
            as_of=as_of,
        )

    @staticmethod
    def _truth(row: Row) -> Verdict | None:
        """Return the verdict that a second person accepted; an image on hold has no truth yet."""
        is_true = row["review"] == "accepted" and row["verdict"] in ("OK", "NG")
        return cast(Verdict, row["verdict"]) if is_true else None

    def _judged(self, id: str, figured: AgreementFigures) -> JudgedImage:
        row = self.images[id]
        return JudgedImage(
            image_id=id,
            name=row["name"],
            revision=row["revision"],
            agreement=figured.agreement[id],
            answers=[AgreementAnswer.model_validate(a) for a in self.answers if a["image_id"] == id],
            standing=row["verdict"],
            defects=(row["annotation"] or {}).get("defects", []),
            truth=self._truth(row),
            **self.urls[id],
        )
