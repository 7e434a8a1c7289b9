"""Results of training and inspection in the object store, each under its digest."""

import hashlib
import io
from typing import Final, Literal

from kenpin.domain.ids import Sha256
from kenpin.ports import ObjectStore

Kind = Literal["models", "predictions"]
ENDINGS: Final[dict[Kind, str]] = {"models": "safetensors", "predictions": "parquet"}


def put_result(objects: ObjectStore, kind: Kind, body: bytes) -> Sha256:
    """Store a model or a file of predictions, and return its digest."""
    digest = hashlib.sha256(body).hexdigest()
    objects.put(f"{kind}/{digest}.{ENDINGS[kind]}", io.BytesIO(body))
    return digest
