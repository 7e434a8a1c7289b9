"""The client with async: where one begins."""

from collections.abc import Callable, Mapping
from typing import Final, Self, TypeVar

import httpx

from kenpin_client._async.connection import AsyncConnection
from kenpin_client._async.datasets import AsyncDatasetClient
from kenpin_client._async.io import AsyncHttpTransport
from kenpin_client._async.items import AsyncItems
from kenpin_client._async.runs import AsyncModelClient, AsyncRunClient
from kenpin_client.files import Blob
from kenpin_client.requests import AsOf, address, credentials
from kenpin_client.schemas import Accepted, Dataset, Model, Project, Run

T = TypeVar("T")
PAGE: Final = 1000


class AsyncClient:
    """A connection to one platform, as the owner of the token.

    `url`: else KENPIN_URL, else http://127.0.0.1:8000. `token`: else KENPIN_TOKEN.
    `auth`: instead of a token, such as one that renews its token. `timeout`: seconds of one request.
    `retries`: attempts after the first.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        auth: httpx.Auth | None = None,
        timeout: float | httpx.Timeout = 60.0,
        retries: int = 4,
        transport: AsyncHttpTransport | None = None,
    ) -> None:
        self._connection = AsyncConnection(
            address(url), credentials(token, auth), timeout, retries, transport
        )

    def __repr__(self) -> str:
        return f"<Kenpin at {self._connection.url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._connection.aclose()

    def projects(self, *, as_of: AsOf = None) -> AsyncItems[Project]:
        """List the projects that the token may read."""
        return self._connection.items("/projects", Project, {"as_of": as_of})

    async def create_project(self, project_id: str, name: str) -> Accepted:
        """Create a project. Raises Problem (409) where there is one with this id."""
        return await self.post("/projects", {"project_id": project_id, "name": name}, Accepted)

    def datasets(self, *, project_id: str | None = None, as_of: AsOf = None) -> AsyncItems[Dataset]:
        """List the datasets, of one project or of all."""
        query = {"project_id": project_id, "as_of": as_of}
        return self._connection.items("/datasets", Dataset, query)

    def dataset(self, dataset_id: str) -> AsyncDatasetClient:
        """Return the methods of one dataset. Nothing is asked yet."""
        return AsyncDatasetClient(self._connection, dataset_id)

    async def create_dataset(self, dataset_id: str, project_id: str, name: str = "") -> AsyncDatasetClient:
        """Create a dataset of a project and return its methods."""
        body = {"dataset_id": dataset_id, "project_id": project_id, "name": name or dataset_id}
        await self.post("/datasets", body, Accepted)
        return self.dataset(dataset_id)

    def runs(
        self, *, project_id: str | None = None, dataset_id: str | None = None, as_of: AsOf = None
    ) -> AsyncItems[Run]:
        """List the runs, the newest first."""
        query = {"project_id": project_id, "dataset_id": dataset_id, "as_of": as_of}
        return self._connection.items("/runs", Run, query)

    def run(self, run_id: str) -> AsyncRunClient:
        """Return the methods of one run. Nothing is asked yet."""
        return AsyncRunClient(self._connection, run_id)

    def models(self, *, project_id: str | None = None, as_of: AsOf = None) -> AsyncItems[Model]:
        """List the models, of one project or of all."""
        query = {"project_id": project_id, "as_of": as_of}
        return self._connection.items("/models", Model, query)

    def model(self, model_id: str) -> AsyncModelClient:
        """Return the methods of one model. Nothing is asked yet."""
        return AsyncModelClient(self._connection, model_id)

    async def get(self, path: str, kind: type[T], /, **query: object) -> T:
        """Ask any route of the API below /v1, such as `get("/health", dict)`.

        With `min_version` it waits until the rows have that version. Raises TimedOut.
        """
        return await self._connection.get(path, kind, query)

    def items(self, path: str, kind: type[T], /, **query: object) -> AsyncItems[T]:
        """List any route of the API that answers in pages."""
        return self._connection.items(path, kind, query)

    async def post(
        self, path: str, body: Mapping[str, object], kind: type[T], *, batch: str | None = None
    ) -> T:
        """Write to any route of the API. It counts once, also where it is sent again."""
        return await self._connection.write(path, body, kind, batch=batch)

    async def put(
        self, path: str, body: Mapping[str, object], kind: type[T], *, batch: str | None = None
    ) -> T:
        return await self._connection.write(path, body, kind, batch=batch, method="PUT")

    async def upload(self, url: str, blob: Blob) -> None:
        """Send bytes to a signed address of an answer. The token is not sent. Raises OSError."""
        await self._connection.upload(url, blob)

    async def download(self, url: str) -> bytes:
        """Return the bytes at a signed address, such as `image_url`. The token is not sent."""
        return await self._connection.download(url)

    async def save(self, url: str, write: Callable[[bytes], object]) -> None:
        """Give the bytes at a signed address to `write`, part by part, such as to `file.write`.

        Raises Interrupted where the answer breaks off.
        """
        await self._connection.save(url, write)
