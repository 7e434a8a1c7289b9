"""Uploads to a dataset: asks which files are missing, and sends those, several at once."""

from collections.abc import Sequence
from concurrent.futures import Executor

from functions.api.images.answers import Uploads
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.files import Blob


class Uploader:
    """Sends files to one dataset by the threads of an executor."""

    def __init__(self, client: Client, dataset_id: str, threads: Executor) -> None:
        self._client, self._path, self._threads = client, f"/datasets/{dataset_id}/uploads", threads

    def send(self, blobs: Sequence[Blob]) -> dict[str, str]:
        """Upload the blobs that are not stored yet. Return digest → reason of those that cannot be sent."""
        by_digest = {blob.digest: blob for blob in blobs}
        if not by_digest:
            return {}
        files = [{"digest": b.digest, "size": b.size, "media_type": b.media_type} for b in by_digest.values()]
        planned = self._client.ask(self._path, {"files": files}, Uploads).uploads
        missing = [(by_digest[plan.digest], plan.url) for plan in planned if plan.url is not None]
        reasons = self._threads.map(lambda each: self._put(*each), missing)
        unsent = {blob.digest: why for (blob, _), why in zip(missing, reasons, strict=True) if why}
        return unsent | {plan.digest: plan.detail for plan in planned if plan.detail}

    def _put(self, blob: Blob, url: str) -> str:
        """Upload one blob; return the reason why it cannot be sent, empty when it was."""
        try:
            self._client.upload(url, blob)
        except Refused as refusal:
            return str(refusal)
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return ""
