"""The browser UI as the host serves it: built files, one page for every address of its own, or how to build it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from host import ui
from host.gateway import Answer, Request
from host.http import Server
from kenpin.settings import Settings
from tests.host.problems import is_problem
from tests.host.running import wait_until


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of built files: there is none yet."""
    monkeypatch.setattr(ui, "STATIC", tmp_path.resolve() / "static")
    return tmp_path / "static"


@pytest.fixture
def built(static: Path) -> Path:
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Kenpin</title>")
    (static / "assets" / "index-abc.js").write_text("export {}")
    (static.parent / "secret.txt").write_text("secret")
    return static


@pytest.fixture
def client(static: Path) -> Iterator[httpx.Client]:
    """Served on a socket by a thread, so that the folder can be one of ours."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = Server(Settings())
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        wait_until(lambda: server.started, "the server is up")
        with httpx.Client(
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False
        ) as client:
            yield client
        server.should_exit = True
        thread.join()


def test_without_built_files_the_page_says_how_to_build_them(client: httpx.Client) -> None:
    for path in ("/", "/datasets/cookies", "/assets/index-abc.js"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "make run" in answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_without_built_documentation_its_pages_say_how_to_build_it(built: Path, client: httpx.Client) -> None:
    for path in ("/docs", "/docs/", "/docs/index.html", "/docs/guides/import.html"):
        answer = client.get(path)
        assert (answer.status_code, "python -m host.docs_site" in answer.text) == (404, True)


def test_an_unknown_page_of_the_documentation_is_not_the_page(built: Path, client: httpx.Client) -> None:
    (built / "docs").mkdir()
    (built / "docs" / "index.html").write_text("<!doctype html><title>Contents</title>")
    assert client.get("/docs/").text == (built / "docs" / "index.html").read_text()
    for path in ("/docs/missing", "/docs/missing.html"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, "not found")


def test_every_address_of_the_ui_is_its_one_page(built: Path, client: httpx.Client) -> None:
    for path in ("/", "/index.html", "/datasets/cookies", "/runs/abc?tab=curves"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, (built / "index.html").read_text())
        assert answer.headers["cache-control"] == "no-cache"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_files_with_a_digest_in_their_name_are_kept_by_browsers(built: Path, client: httpx.Client) -> None:
    answer = client.get("/assets/index-abc.js")
    assert (answer.status_code, answer.text) == (200, "export {}")
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [("gzip, br", "br", b"brotli"), ("gzip", "gzip", b"packed"), ("identity", None, b"export {}")],
)
def test_files_are_sent_as_small_as_the_browser_takes_them(
    built: Path, client: httpx.Client, accepted: str, encoding: str | None, content: bytes
) -> None:
    (built / "assets" / "index-abc.js.br").write_bytes(b"brotli")
    (built / "assets" / "index-abc.js.gz").write_bytes(b"packed")
    with client.stream("GET", "/assets/index-abc.js", headers={"accept-encoding": accepted}) as answer:
        assert b"".join(answer.iter_raw()) == content
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]


def test_a_file_that_was_not_built_is_not_the_page(built: Path, client: httpx.Client) -> None:
    for path in ("/assets/index-old.js", "/favicon.ico"):
        assert client.get(path).status_code == 404


def test_no_path_leads_out_of_the_folder(built: Path, client: httpx.Client) -> None:
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//secret.txt"):
        assert "secret" not in client.get(path).text


def test_a_name_that_no_file_can_have_is_not_there(built: Path, client: httpx.Client) -> None:
    for path in ("/%00.js", "/" + "a" * 300 + ".js"):
        assert client.get(path).status_code == 404


def test_what_breaks_is_a_problem_with_the_headers_of_every_answer(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Request) -> Answer:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(ui, "answer", broken)
    answer = client.get("/datasets")
    assert is_problem(answer, 500)
    assert "disk" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_docs_is_the_first_page_of_the_documentation(built: Path, client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 404
    (built / "docs").mkdir()
    (built / "docs" / "index.html").write_text("<!doctype html><title>docs</title>")
    for path in ("/docs", "/docs/", "/docs/index.html"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        assert "<title>docs" in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert client.get("/docs/nowhere.html").status_code == 404


def test_head_is_answered_and_nothing_is_taken(built: Path, client: httpx.Client) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len((built / "index.html").read_bytes())
    assert client.post("/", content=b"x").status_code == 405


def test_the_openapi_document_is_served(client: httpx.Client) -> None:
    assert client.get("/openapi.json").json()["openapi"].startswith("3.1")


def test_a_ui_that_was_built_anew_is_served_at_once(built: Path, client: httpx.Client) -> None:
    assert "Kenpin" in client.get("/").text
    (built / "index.html").write_text("<!doctype html><title>anew</title>")
    (built / "assets" / "index-def.js").write_text("export {}")
    assert "anew" in client.get("/").text
    assert client.get("/assets/index-def.js").status_code == 200
