"""Inspections of images by a model over the API: ask for one, wait for it, and list what it found."""

from __future__ import annotations

from itertools import islice
from typing import Final

from functions.api.inspections.answers import InspectionAnswer, ModelInspection, QueuedInspection
from functions.api.runs.answers import Prediction
from host.cli.client import Client
from host.cli.failures import AnswerIsNo, Failure
from host.cli.output import warn
from host.cli.waiting import wait_for

PATIENCE_S: Final = 7_200.0


def inspect(client: Client, model_id: str, image_ids: list[str]) -> ModelInspection:
    """Ask for an inspection and wait for its end. Raises Failure."""
    queued = client.ask(f"/models/{model_id}/inspections", {"image_ids": image_ids}, QueuedInspection)
    warn(f"inspection {queued.inspection_id} by model {model_id} is at work …")
    answer = _ended(client, queued)
    if answer.result is None:
        raise AnswerIsNo(f"model {model_id} inspected nothing: {answer.failed}")
    return answer.result


def predictions_of(client: Client, inspection: ModelInspection, order: str, limit: int) -> list[Prediction]:
    path = f"/models/{inspection.model_id}/inspections/{inspection.inspection_id}/predictions"
    return list(islice(client.items(path, Prediction, order=order), limit))


def _ended(client: Client, queued: QueuedInspection) -> InspectionAnswer:
    path = f"/models/{queued.model_id}/inspections/{queued.inspection_id}"

    def ask() -> InspectionAnswer | None:
        answer = client.get(path, InspectionAnswer)
        return None if answer.state == "working" else answer

    if (answer := wait_for(ask, PATIENCE_S)) is None:
        raise Failure(f"no result after two hours; look for the job {queued.job_id} with: kenpin queue")
    return answer
