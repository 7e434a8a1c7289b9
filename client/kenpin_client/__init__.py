"""The Python client of Kenpin: `Client`, and `AsyncClient` for code with async."""

from kenpin_client._async.client import AsyncClient
from kenpin_client._async.datasets import AsyncDatasetClient
from kenpin_client._async.items import AsyncItems
from kenpin_client._async.runs import AsyncModelClient, AsyncRunClient
from kenpin_client._sync.client import Client
from kenpin_client._sync.datasets import DatasetClient
from kenpin_client._sync.items import Items
from kenpin_client._sync.runs import ModelClient, RunClient
from kenpin_client.errors import (
    FieldProblem,
    Interrupted,
    KenpinError,
    Problem,
    RunFailed,
    TimedOut,
    UnknownAnswer,
    Unreachable,
)
from kenpin_client.files import Blob
from kenpin_client.reports import LabelReport, OpenQuestions, UploadReport
from kenpin_client.requests import BearerToken
from kenpin_client.schemas import Capture, DrawnDefect, HistorySlice, Recipe, SeenJudgement

__all__ = [
    "AsyncClient",
    "AsyncDatasetClient",
    "AsyncItems",
    "AsyncModelClient",
    "AsyncRunClient",
    "BearerToken",
    "Blob",
    "Capture",
    "Client",
    "DatasetClient",
    "DrawnDefect",
    "FieldProblem",
    "HistorySlice",
    "Interrupted",
    "Items",
    "KenpinError",
    "LabelReport",
    "ModelClient",
    "OpenQuestions",
    "Problem",
    "Recipe",
    "RunClient",
    "RunFailed",
    "SeenJudgement",
    "TimedOut",
    "UnknownAnswer",
    "Unreachable",
    "UploadReport",
]
