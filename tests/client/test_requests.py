"""The requests of the Python client: keys, retries, pages, problems and the token."""

import asyncio
import hashlib
import json
import logging
import re
import sys
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import httpx
import pyarrow
import pytest

from kenpin_client import (
    AsyncClient,
    Blob,
    Client,
    Interrupted,
    KenpinError,
    Problem,
    RunFailed,
    SeenJudgement,
    TimedOut,
    UnknownAnswer,
    Unreachable,
)
from kenpin_client._async import io as async_io
from kenpin_client._sync import connection as sync_connection
from kenpin_client._sync import runs as sync_runs
from tests.asynchronous import run
from tests.host.running import CHECKOUT

TOKEN: Final = "secret-of-the-line"
ACCEPTED: Final = {"stream": "dataset-a", "version": 3, "hash": "0", "id": "a"}
PROBLEM: Final = {"detail": "no", "code": "TagTaken", "parameters": {"name": "v1"}, "correlation_id": "c-1"}
DATASET: Final = {
    "dataset_id": "a", "project_id": "p", "name": "A", "version": 3, "hash": "0", "images": 0, "excluded": 0,
    "counts": {}, "tags": [], "suggested": 0, "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
}  # fmt: skip

RUN: Final = {
    "run_id": "r", "project_id": "p", "dataset_id": "a", "dataset_version": 3, "dataset_hash": "0", "recipe": {},
    "seed": 0, "parent_model": None, "status": "running", "attempt": 1, "stage": "train", "done": 1, "total": 9,
    "eta_seconds": None, "epochs": [], "evaluation": None, "predictions": None, "artifact": None, "identity": None,
    "failure": None, "requested_by": "x", "requested_at": "2026-01-01T00:00:00Z", "started_at": None,
    "finished_at": None, "seconds": None, "queue_place": None, "version": 2,
}  # fmt: skip


class Server:
    """Gives its answers in turn, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.asked: list[httpx.Request] = []
        self._answers = iter(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, retries: int = 4) -> Client:
        return Client("http://kenpin.test", TOKEN, retries=retries, transport=httpx.MockTransport(self))


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which nobody waits for."""
    found: list[float] = []
    monkeypatch.setattr(sync_connection, "sleep", found.append)
    monkeypatch.setattr(sync_runs, "sleep", found.append)
    return found


def ok(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def test_a_write_that_is_sent_again_has_the_same_key(pauses: list[float]) -> None:
    server = Server(
        httpx.ReadError("cut"),
        httpx.Response(503, json=PROBLEM),
        httpx.Response(429, json=PROBLEM, headers={"Retry-After": "7"}),
        ok(ACCEPTED, 201),
        ok(ACCEPTED, 201),
    )
    with server.client() as client:
        client.dataset("a").tag("v1")
        client.dataset("a").tag("v2")
    keys = [request.headers["Idempotency-Key"] for request in server.asked]
    assert len(set(keys[:4])) == 1
    assert keys[4] != keys[0]
    assert len(pauses) == 3
    assert pauses[2] == 7
    assert 0 < pauses[0] <= 0.25


def test_an_unknown_filter_is_refused_with_the_known_ones() -> None:
    with Server().client() as client:
        with pytest.raises(TypeError, match="no filter 'verdit'; known are verdict, split, excluded"):
            client.dataset("a").images(verdit="NG")  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="no filter 'verdict'; known are split, order, cell"):
            client.run("r").predictions(verdict="NG")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("id", "part"), [("../projects", "%2E%2E%2Fprojects"), ("..", "%2E%2E"), ("a?b", "a%3Fb")]
)
def test_an_id_is_one_part_of_the_path(id: str, part: str) -> None:
    server = Server(*[httpx.Response(404, json=PROBLEM) for _ in range(4)])
    with server.client() as client:
        asks = (
            client.dataset(id).get,
            lambda: client.dataset("a").image(id),
            client.run(id).get,
            client.model(id).get,
        )
        for ask in asks:
            with pytest.raises(Problem):
                ask()
    asked = [request.url.raw_path.decode() for request in server.asked]
    assert asked == [
        f"/v1/datasets/{part}",
        f"/v1/datasets/a/images/{part}",
        f"/v1/runs/{part}",
        f"/v1/models/{part}",
    ]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_a_refusal_is_told_at_once(status: int, pauses: list[float]) -> None:
    server = Server(ok(PROBLEM, status))
    with server.client() as client, pytest.raises(Problem, match=r"^no$") as refused:
        client.dataset("a").tag("v1")
    problem = refused.value
    assert (problem.status, problem.code, problem.parameters["name"]) == (status, "TagTaken", "v1")
    assert problem.correlation_id == "c-1"
    assert pauses == []


def test_what_does_not_pass_is_told_after_the_last_attempt() -> None:
    server = Server(*[httpx.Response(502, text="<html>")] * 3)
    with server.client(retries=2) as client, pytest.raises(Problem, match="answered 502 Bad Gateway"):
        client.dataset("a").get()
    server, told = (
        Server(*[httpx.ConnectError("refused")] * 3),
        r"no answer from http://kenpin\.test \(refused\)",
    )
    with server.client(retries=2) as client, pytest.raises(Unreachable, match=told):
        client.dataset("a").get()


def test_an_answer_that_is_unknown_says_whose() -> None:
    with Server(ok({"name": 1})).client() as client, pytest.raises(UnknownAnswer, match="GET /v1/datasets/a"):
        client.dataset("a").get()


def test_a_read_waits_for_the_writes_of_the_client() -> None:
    server = Server(ok(ACCEPTED, 201), ok({**DATASET, "stale": True}), ok(DATASET), ok(DATASET))
    with server.client() as client:
        client.dataset("a").tag("v1")
        assert not client.dataset("a").get().stale
        client.dataset("b").get()
    assert [request.url.params.get("min_version") for request in server.asked] == [None, "3", "3", None]


def test_a_plan_and_a_list_are_no_writes_that_reads_wait_for() -> None:
    plan = {"version": 9, "moved": 0}
    server = Server(ok(plan), ok([]), ok({"items": []}))
    with server.client() as client:
        client.post("/datasets/a/splits/plan", {}, dict[str, object])
        assert client.post("/intake", {}, list[object]) == []
        client.projects().to_list()
    assert "min_version" not in server.asked[-1].url.params


def test_a_read_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_connection, "FRESH_WITHIN_S", -1)
    server = Server(ok(ACCEPTED, 201), ok({**DATASET, "stale": True}))
    with server.client() as client:
        client.dataset("a").tag("v1")
        with pytest.raises(TimedOut, match="dataset-a do not reach version 3"):
            client.dataset("a").get()


def test_pages_are_followed_and_begin_anew() -> None:
    pages = [ok({"items": [DATASET], "next_cursor": "x"}), ok({"items": [DATASET]})]
    server = Server(*pages, *pages)
    with server.client() as client:
        datasets = client.datasets(project_id="p", as_of="2026-01-01")
        assert [each.dataset_id for each in datasets] == ["a", "a"]
        assert len(datasets.to_list()) == 2
    assert [request.url.params.get("cursor") for request in server.asked] == [None, "x", None, "x"]
    assert {request.url.params["as_of"] for request in server.asked} == {"2026-01-01"}


def test_a_table_without_rows_or_values_has_its_columns() -> None:
    image = {
        "image_id": "i", "name": "a.png", "ordinal": 1, "revision": 0, "verdict": None, "defects": [], "split": None,
        "group": None, "excluded": None, "annotation": None, "capture": {}, "width": 1, "height": 1, "size": 1,
        "media_type": "image/png", "registered_at": "2026-01-01T00:00:00Z", "suggestion": None, "erased": None,
        "image_url": None, "shown_url": None, "thumbnail_url": None,
    }  # fmt: skip
    server = Server(
        ok({"items": []}), ok({"items": [image]}), ok({"items": []}), ok({"items": [{"a": {"b": 1}}]})
    )
    with server.client() as client:
        images = client.dataset("a").images()
        assert images.to_arrow().schema.field("annotation.at").type == pyarrow.timestamp("us", "UTC")
        table = images.to_arrow()
        assert (table.num_rows, table.schema.field("capture.line").type) == (1, pyarrow.string())
        assert table.column_names == [*images.to_pandas().columns]
        assert client.items("/any", dict[str, object]).to_arrow().column_names == ["a.b"]


@pytest.mark.parametrize(
    ("module", "extra", "method"), [("pandas", "pandas", "to_pandas"), ("pyarrow", "arrow", "to_arrow")]
)
def test_a_table_without_its_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str, method: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    server = Server(ok({"items": []}))
    with server.client() as client, pytest.raises(ImportError, match=rf"kenpin-client\[{extra}\]"):
        getattr(client.dataset("a").images(), method)()


def test_every_read_of_something_with_a_history_takes_as_of() -> None:
    at = datetime(2026, 11, 30, 8, tzinfo=UTC)
    server = Server(*[httpx.Response(404, json=PROBLEM) for _ in range(13)])
    with server.client() as client:
        dataset, run, model = client.dataset("a"), client.run("r"), client.model("m")
        reads: list[Callable[[], object]] = [
            client.projects(as_of=at).to_list,
            client.datasets(as_of=at).to_list,
            client.runs(as_of=at).to_list,
            client.models(as_of=at).to_list,
            dataset.images(as_of=at).to_list,
            dataset.tags(as_of=at).to_list,
            run.predictions(as_of=at).to_list,
            lambda: dataset.get(as_of=at),
            lambda: dataset.image("i", as_of=at),
            lambda: run.get(as_of=at),
            lambda: run.evaluation(as_of=at),
            lambda: run.slices("line", as_of=at),
            lambda: model.get(as_of=at),
        ]
        for read in reads:
            with pytest.raises(Problem):
                read()
    assert {request.url.params["as_of"] for request in server.asked} == {"2026-11-30T08:00:00+00:00"}
    assert [request.url.path for request in server.asked if not knows_as_of(request.url.path)] == []


def knows_as_of(path: str) -> bool:
    """Return True for a route of the API that shows a moment of the past."""
    routes = json.loads((CHECKOUT / "docs/reference/openapi.json").read_text("utf-8"))["paths"]
    (route,) = (
        each for name, each in routes.items() if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", name), path)
    )
    return any(each["name"] == "as_of" for each in route["get"]["parameters"])


def test_waiting_shows_what_changes_and_ends_with_the_reason() -> None:
    failure = {"reason": "out of memory", "log_tail": ""}
    failed = {**RUN, "status": "failed", "failure": failure}
    server, shown = Server(ok(RUN), ok(RUN), ok({**RUN, "done": 2}), ok(failed)), list[int | None]()
    with server.client() as client, pytest.raises(RunFailed, match="run r made no model: out of memory"):
        client.run("r").wait(progress=lambda run: shown.append(run.done))
    assert shown == [1, 2, 1]
    assert {request.url.params["min_version"] for request in server.asked} == {"1"}, "of a run just asked for"
    with Server(ok(RUN)).client() as client, pytest.raises(TimedOut, match="run r is running after 0 s"):
        client.run("r").wait(timeout=0)


def test_many_judgements_are_several_requests_of_one_batch() -> None:
    server = Server(ok(ACCEPTED, 201), ok(ACCEPTED, 201))
    with server.client() as client:
        client.dataset("a").judge_all(
            SeenJudgement(image_id=f"{number:064}", verdict="OK") for number in range(91)
        )
    assert len({request.headers["Kenpin-Batch"] for request in server.asked}) == 1


def test_the_token_is_sent_to_the_platform_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = Server(ok(DATASET), ok(PROBLEM, 403), httpx.Response(200, content=b"x"))
    with server.client() as client:
        dataset = client.dataset("a")
        dataset.get()
        with pytest.raises(Problem) as refused:
            dataset.get()
        assert client.download("https://s3.test/a?signature=1") == b"x"
    authorised = [request.headers.get("Authorization") for request in server.asked]
    assert authorised == [f"Bearer {TOKEN}", f"Bearer {TOKEN}", None]
    shown = [*map(repr, (client, dataset, client.run("r"), client.model("m"), vars(client._connection)))]
    assert TOKEN not in "".join([*shown, repr(refused.value), caplog.text])


def test_a_client_with_async_retries_and_reads_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    async def datasets(server: Server) -> list[str]:
        transport = httpx.MockTransport(server)
        async with AsyncClient("http://kenpin.test", TOKEN, transport=transport) as client:
            return [each.dataset_id async for each in client.datasets()]

    page = {"items": [DATASET], "next_cursor": "x"}
    server = Server(httpx.ConnectError("refused"), ok(page), ok({"items": [DATASET]}))
    assert run(datasets(server)) == ["a", "a"]


def test_work_side_by_side_keeps_its_order_and_ends_with_the_first_error() -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(0.01 / number)
        return 2 * number

    assert run(async_io.side_by_side(double, [1, 2, 3], 2)) == [2, 4, 6]
    with pytest.raises(ZeroDivisionError):
        run(async_io.side_by_side(double, [1, 0], 2))


def blob_of(content: bytes, size: int | None = None) -> Blob:
    digest = hashlib.sha256(content).hexdigest()
    return Blob(digest, len(content) if size is None else size, "image/png", lambda: BytesIO(content))


def test_bytes_are_read_anew_for_each_attempt_and_sent_with_their_length(pauses: list[float]) -> None:
    server = Server(httpx.Response(503), httpx.Response(204))
    content = b"x" * 600_000
    with server.client() as client:
        client.upload("https://s3.test/a", blob_of(content))
    assert [request.content == content for request in server.asked] == [True, True]
    for request in server.asked:
        assert request.headers["Content-Length"] == "600000"
        assert "Transfer-Encoding" not in request.headers and "Authorization" not in request.headers


def test_a_client_with_async_sends_bytes_with_their_length() -> None:
    async def upload(server: Server) -> None:
        async with AsyncClient("http://kenpin.test", TOKEN, transport=httpx.MockTransport(server)) as client:
            await client.upload("/files/a", blob_of(b"picture"))

    server = Server(httpx.Response(204))
    run(upload(server))
    (request,) = server.asked
    assert (request.content, request.headers["Content-Length"]) == (b"picture", "7")


def test_a_file_that_became_shorter_is_told() -> None:
    with Server(httpx.Response(204)).client() as client, pytest.raises(OSError, match="became shorter"):
        client.upload("/files/a", blob_of(b"half", size=8))


def test_an_answer_that_breaks_off_is_told() -> None:
    class Broken(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"first"
            raise httpx.ReadError("closed")

    parts = list[bytes]()
    with (
        Server(httpx.Response(200, stream=Broken())).client() as client,
        pytest.raises(Interrupted, match=r"the answer of http://kenpin\.test broke off \(closed\)"),
    ):
        client.save("/files/a", parts.append)
    assert parts == [b"first"]
    with Server(ok(PROBLEM, 404)).client() as client, pytest.raises(Problem, match=r"^no$"):
        client.save("/files/a", parts.append)


def test_a_number_that_json_cannot_carry_is_not_sent() -> None:
    with Server().client() as client:
        with pytest.raises(KenpinError, match="give a finite number"):
            client.model("m").choose_threshold(float("nan"), reason="x")
        with pytest.raises(KenpinError, match="give a finite number"):
            client.run("r").predictions(low=float("-inf")).to_list()


def test_a_read_with_min_version_waits_for_it() -> None:
    server = Server(ok({"stale": True}), ok({"stale": False}))
    with server.client() as client:
        client.get("/datasets/a", dict[str, object], min_version=7)
    assert [request.url.params["min_version"] for request in server.asked] == ["7", "7"]


def test_a_token_that_renews_itself_signs_the_requests() -> None:
    class Renewing(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = "Bearer old"
            if (yield request).status_code == 401:
                request.headers["Authorization"] = "Bearer new"
                yield request

    server = Server(ok(PROBLEM, 401), ok(DATASET))
    with Client("http://kenpin.test", auth=Renewing(), transport=httpx.MockTransport(server)) as client:
        client.dataset("a").get()
    assert server.asked[-1].headers["Authorization"] == "Bearer new"
