"""Files of models over the API: ask for an export, wait for it, and unpack it into a folder."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from functions.api.models.answers import ModelExportAnswer, ModelExportFile, QueuedModelExport
from host.cli.client import Client
from host.cli.failures import AnswerIsNo, Failure
from host.cli.output import warn
from host.cli.waiting import wait_for
from kenpin.domain.model.events import ModelFormat

PATIENCE_S: Final = 1_800.0


def export_to_folder(client: Client, model_id: str, format: ModelFormat, folder: Path) -> ModelExportFile:
    """Export a model and unpack its files. Raises Failure; then there is no folder."""
    if folder.exists():
        raise Failure(f"{folder} is there already; name a new folder with --out")
    queued = client.ask(f"/models/{model_id}/exports", {"format": format}, QueuedModelExport)
    answer = _made(client, queued)
    if answer.file is None or answer.url is None:
        raise AnswerIsNo(f"model {model_id} was not exported: {answer.failed}")
    content = client.download(answer.url)
    if hashlib.sha256(content).hexdigest() != answer.file.digest:
        raise Failure("the downloaded file is damaged: it has another digest; export again")
    _unpack(content, folder)
    return answer.file


def _made(client: Client, queued: QueuedModelExport) -> ModelExportAnswer:
    warn(f"export {queued.export_id} of model {queued.model_id} is being made …")
    path = f"/models/{queued.model_id}/exports/{queued.export_id}"

    def ask() -> ModelExportAnswer | None:
        answer = client.get(path, ModelExportAnswer)
        return None if answer.state == "making" else answer

    if (answer := wait_for(ask, PATIENCE_S)) is None:
        raise Failure(f"no file after half an hour; look for the job {queued.job_id} with: kenpin queue")
    return answer


def _unpack(content: bytes, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".kenpin-model-") as aside:
        written = Path(aside) / "model"
        with ZipFile(BytesIO(content)) as archive:
            archive.extractall(written)
        written.rename(folder)
