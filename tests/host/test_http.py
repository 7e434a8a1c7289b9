"""The HTTP server over a real socket: who may speak, to whom, how much, and that nobody speaks for another."""

import http.client
import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from host.http import MAX_BODY_BYTES
from tests.host.conftest import PUBLIC, Worker
from tests.host.problems import PROJECTS, is_problem


def test_what_the_server_itself_refuses_names_the_correlation_too(worker: Worker) -> None:
    refused: list[tuple[int, str, dict[str, str]]] = [
        (401, "POST", {}),
        (403, "GET", {"Origin": "https://evil.example"}),
        (405, "DELETE", worker.token),
        (413, "POST", worker.token),
        (421, "GET", {"Host": "evil.example"}),
    ]
    with worker.client(anonymous=True) as nobody:
        for status, method, headers in refused:
            body = b" " * (MAX_BODY_BYTES + 1) if status == 413 else b""
            named = {**headers, "X-Correlation-Id": "c-17"}
            answer = nobody.request(method, PROJECTS, content=body, headers=named)
            assert (answer.status_code, answer.json()["correlation_id"]) == (status, "c-17")


def test_a_connection_is_kept_through_good_answers_and_bad_ones(worker: Worker) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    connection.connect()
    own = connection.sock.getsockname()
    asked = [("GET", "/v1/health", 200), ("POST", PROJECTS, 401), ("GET", "/v1/nothing", 401),
             ("GET", "/files/images/a", 403), ("DELETE", PROJECTS, 401), ("HEAD", "/", None),
             ("GET", "/v1/health", 200)]  # fmt: skip
    for method, path, status in asked:
        connection.request(method, path, body=b"{}" if method == "POST" else None)
        answer = connection.getresponse()
        answer.read()
        assert status in (None, answer.status), (method, path)
        assert connection.sock is not None and connection.sock.getsockname() == own, (method, path)
    connection.close()


def test_nobody_names_themselves(worker: Worker) -> None:
    with worker.client(anonymous=True) as nobody:
        for method in ("GET", "POST"):
            answer = nobody.request(method, PROJECTS, json={"name": "x"}, headers={"Kenpin-Actor": "kenpin"})
            assert is_problem(answer, 401)


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/v1/datasets/nothing", "/v1/streams/dataset-nothing/events"]
)
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str) -> None:
    assert is_problem(client.get(path), 404)


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_method_that_no_function_takes_is_not_allowed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, PROJECTS)
    assert answer.status_code == 405
    if method != "HEAD":
        assert is_problem(answer, 405)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.7:8000", "", "[::2]"])
@pytest.mark.parametrize("path", ["/v1/health", "/", "/files/images/a"])
def test_a_name_that_others_point_at_us_is_not_served(client: httpx.Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert is_problem(answer, 421)
    assert "KENPIN_PUBLIC_URL" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9", "127.0.0.1:80", "[::1]:8000", "kenpin.factory.example", "LOCALHOST"]
)
def test_our_own_names_are_served(client: httpx.Client, host: str) -> None:
    assert client.get("/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://kenpin.factory.example.evil",
        "http://kenpin.factory.example:9000",
        "http://kenpin.factory.example",
        "http://127.0.0.1:1",
        "http://localhost",
        "http://localhost:99999",
    ],
)
def test_pages_of_others_may_not_use_the_platform(client: httpx.Client, origin: str) -> None:
    for method in ("GET", "POST"):
        assert is_problem(client.request(method, PROJECTS, headers={"Origin": origin}), 403)


def test_our_own_pages_may(client: httpx.Client) -> None:
    body = {"project_id": "from-a-page", "name": "From a page"}
    assert client.post(PROJECTS, json=body, headers={"Origin": PUBLIC}).status_code == 201


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:5173", "http://localhost:5173"),
        ("kenpin.factory.example", "https://kenpin.factory.example"),
        ("kenpin.factory.example:443", "https://kenpin.factory.example"),
        ("[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_pages_of_the_address_that_is_asked_may(client: httpx.Client, host: str, origin: str) -> None:
    assert client.get(PROJECTS, headers={"Host": host, "Origin": origin}).status_code == 200


def test_a_body_that_is_too_large_is_refused_and_the_connection_goes_on(client: httpx.Client) -> None:
    answer = client.post(PROJECTS, content=b" " * (MAX_BODY_BYTES + 1))
    assert is_problem(answer, 413)
    assert f"{MAX_BODY_BYTES:,}" in answer.json()["detail"]
    assert client.post(PROJECTS, content=b" " * MAX_BODY_BYTES).status_code == 400
    assert client.get("/v1/health").status_code == 200


def test_every_answer_keeps_browsers_within_bounds(client: httpx.Client) -> None:
    for path in ("/", "/v1/health", "/v1/nothing", "/files/images/a"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/%00", "/" + "a" * 300, "/%00.js", "/" + "a" * 300 + ".js", "/v1/%00", "/v1/datasets/%00",
     "/v1/datasets/" + "a" * 300, "/files/%00", "/issuer/%00", "/assets/" + "../" * 90, "/%ff%fe"],
)  # fmt: skip
@pytest.mark.parametrize("signed_in", [True, False])
def test_no_path_breaks_the_server(worker: Worker, path: str, signed_in: bool) -> None:
    with worker.client(anonymous=not signed_in) as asking:
        answer = asking.get(path)
    assert answer.status_code < 500
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def spoken(worker: Worker, *parts: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", worker.port), timeout=30)
    for part in parts:
        line.sendall(part)
    return line


def test_who_hangs_up_halfway_has_asked_for_nothing(worker: Worker, client: httpx.Client) -> None:
    body = json.dumps({"project_id": "half-sent", "name": "Half sent"}).encode()
    token = worker.token["Authorization"]
    head = f"POST {PROJECTS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
    kind = b"Content-Type: application/json\r\n"
    line = spoken(worker, head.encode(), kind, f"Content-Length: {len(body) + 1}\r\n\r\n".encode(), body)
    line.shutdown(socket.SHUT_WR)
    line.recv(1000)
    line.close()
    assert client.get("/v1/streams/project-half-sent/events").status_code == 404


def test_who_sends_slowly_holds_up_no_other(worker: Worker, client: httpx.Client) -> None:
    token = worker.token["Authorization"]
    head = f"POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nContent-Length: 9\r\n\r\n{{"
    lines = [spoken(worker, head.encode()) for _ in range(5)]
    assert client.get("/v1/projects").status_code == 200
    for line in lines:
        line.close()


def test_what_is_no_http_is_told_so_and_leaves_no_trace(worker: Worker, client: httpx.Client) -> None:
    with spoken(worker, b"\x16\x03\x01 hello\r\n\r\n") as line:
        assert line.recv(100).startswith(b"HTTP/1.1 400")
    assert client.get("/v1/health").status_code == 200


def test_a_path_is_decoded_once(client: httpx.Client) -> None:
    assert client.get("/v1/nothing/a%2525b").json()["instance"] == "/v1/nothing/a%25b"


def test_what_is_asked_for_twice_under_one_key_is_made_once(client: httpx.Client) -> None:
    client.post(PROJECTS, json={"project_id": "keys", "name": "Keys"})

    def make(key: str, name: str = "Keys") -> httpx.Response:
        body = {"project_id": "keys", "name": name}
        return client.post("/v1/datasets", json=body, headers={"Idempotency-Key": key})

    first, again, other = make("k1"), make("k1"), make("k2")
    assert (first.status_code, again.json()) == (201, first.json())
    assert other.json()["id"] != first.json()["id"]
    assert is_problem(make("k1", name="Something else"), 422)


def together(clients: int, work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(clients)))


def test_many_at_once_on_one_worker_are_never_taken_for_each_other(
    worker: Worker, client: httpx.Client
) -> None:
    people, each = 8, 12

    for person in range(people):
        assert client.post(
            f"/v1/members/person-{person}/roles", json={"project_id": "*", "role": "admin"}
        ).is_success

    def work(person: int) -> None:
        actor = f"person-{person}"
        with worker.client(actor=actor) as own:
            for n in range(each):
                project = {"project_id": f"{actor}-{n}", "name": f"{actor} {n}"}
                answer = own.post(PROJECTS, json=project, headers={"X-Correlation-Id": f"{actor} asked {n}"})
                assert answer.status_code == 201, answer.text
                assert answer.json()["id"] == project["project_id"]

    together(people, work)
    for person in range(people):
        for n in range(each):
            stream = f"project-person-{person}-{n}"
            (event,) = client.get(f"/v1/streams/{stream}/events").json()["items"]
            said = (event["actor"], event["data"]["name"], event["correlation_id"])
            assert said == (f"person-{person}", f"person-{person} {n}", f"person-{person} asked {n}")
