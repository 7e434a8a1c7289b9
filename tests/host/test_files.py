"""Signed addresses over a real socket: who holds one may do the one thing it is for, with the bytes it is for."""

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx
import numpy as np
import pytest
from PIL import Image

from host import files
from kenpin.application.signed_urls import HOUR_S, SignedUrls
from kenpin.ports import NotFound
from tests.asynchronous import run
from tests.host.conftest import Worker
from tests.pictures.samples import COLOURS, GREY, GREYS, pillow

SIZE = (640, 480)


def picture(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", SIZE, colour).save(out, "PNG")
    return out.getvalue()


def name_of(content: bytes) -> str:
    return f"uploads/any.{sha256(content).hexdigest()}"


def image_name_of(content: bytes) -> str:
    return f"images/{sha256(content).hexdigest()}"


def planned(client: httpx.Client, content: bytes) -> str | None:
    """The address that the API gives for an upload of these bytes."""
    file = {"digest": sha256(content).hexdigest(), "size": len(content), "media_type": "image/png"}
    answer = client.post("/v1/datasets/any/uploads", json={"files": [file]})
    url: str | None = answer.json()["uploads"][0]["url"]
    return url


def with_term(url: str, **terms: str) -> str:
    path, _, query = url.partition("?")
    return f"{path}?{urlencode(dict(parse_qsl(query)) | terms)}"


def path_of(worker: Worker, name: str) -> Path:
    with worker.objects.open(name) as file:
        return Path(file.name)


def is_clean(worker: Worker, name: str) -> bool:
    """Nothing stored under the name, nothing left beside."""
    (folder,) = Path(path_of(worker, "images/keep")).parents[2].glob("incoming")
    return not worker.objects.has([name]) and not list(folder.iterdir())


@pytest.fixture(scope="module", autouse=True)
def keep(worker: Worker) -> None:
    """One object that is there, so that the store has its folders, and a dataset to send files for."""
    worker.objects.put("images/keep", BytesIO(b"kept"))
    with worker.client() as client:
        client.post("/v1/projects", json={"project_id": "any", "name": "Any"}).raise_for_status()
        body = {"project_id": "any", "dataset_id": "any", "name": "Any"}
        client.post("/v1/datasets", json=body).raise_for_status()


def test_bytes_go_in_and_come_out_as_they_were(worker: Worker, client: httpx.Client) -> None:
    content = picture("red")
    url = planned(client, content)
    assert url is not None
    assert client.put(url, content=content).status_code == 201
    assert client.put(url, content=content).status_code == 201  # sent again after a lost answer
    assert planned(client, content) is None
    answer = client.get(worker.objects.download_url(name_of(content)))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"]


def test_head_says_how_much_there_is_and_sends_none_of_it(worker: Worker, client: httpx.Client) -> None:
    answer = client.head(worker.objects.download_url("images/keep"))
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "4", b"")
    assert client.get(worker.objects.download_url("images/keep")).content == b"kept"


def test_what_is_not_stored_is_a_problem(worker: Worker, client: httpx.Client) -> None:
    for name in ("images/nothing", "thumbnails/nothing.webp", "images/../../signing.key", "models/nothing"):
        answer = client.get(worker.objects.download_url(name).replace("..", "%2e%2e"))
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), name


def test_a_rendition_is_made_at_its_first_request(worker: Worker, client: httpx.Client) -> None:
    tiff = pillow(GREY, "TIFF")
    digest = sha256(tiff).hexdigest()
    worker.objects.put(f"images/{digest}", BytesIO(tiff))
    answer = client.get(worker.objects.download_url(f"renditions/{digest}.png"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    with Image.open(BytesIO(answer.content)) as shown:
        assert np.array_equal(np.asarray(shown), GREY)
    assert worker.objects.has([f"renditions/{digest}.png"])
    values = client.get(worker.objects.download_url(f"renditions/{digest}.npy.gz"))
    assert (values.status_code, values.headers["content-type"]) == (200, "application/gzip")


@pytest.mark.parametrize("body", [pillow(GREY, "PNG"), b"no picture"])
def test_a_picture_without_a_rendition_is_sent_itself(
    worker: Worker, client: httpx.Client, body: bytes
) -> None:
    digest = sha256(body).hexdigest()
    worker.objects.put(f"images/{digest}", BytesIO(body))
    answer = client.get(worker.objects.download_url(f"renditions/{digest}.png"))
    assert (answer.status_code, answer.content) == (200, body)


@pytest.mark.parametrize("kind", ["CMYK JPEG", "12-bit JPEG", "grey and alpha PNG"])
def test_a_picture_that_browsers_would_show_otherwise_is_sent_as_its_rendition(
    worker: Worker, client: httpx.Client, kind: str
) -> None:
    body = (GREYS | COLOURS)[kind]()
    digest = sha256(body).hexdigest()
    worker.objects.put(f"images/{digest}", BytesIO(body))
    answer = client.get(worker.objects.download_url(f"renditions/{digest}.png"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG") and answer.content != body


def test_a_photo_is_sent_itself_with_its_media_type(worker: Worker, client: httpx.Client) -> None:
    body = COLOURS["JPEG"]()
    digest = sha256(body).hexdigest()
    worker.objects.put(f"images/{digest}", BytesIO(body))
    for name in (f"renditions/{digest}.png", f"images/{digest}"):
        answer = client.get(worker.objects.download_url(name))
        assert (answer.headers["content-type"], answer.content) == ("image/jpeg", body)


def test_the_thumbnail_of_what_is_no_picture_is_not_there(worker: Worker, client: httpx.Client) -> None:
    worker.objects.put(f"images/{'e' * 64}", BytesIO(b"no picture"))
    assert client.get(worker.objects.download_url(f"thumbnails/{'e' * 64}.webp")).status_code == 404


def test_an_address_is_good_for_one_thing_only(worker: Worker, client: httpx.Client) -> None:
    content = picture("blue")
    name, down, up = name_of(content), worker.objects.download_url("images/keep"), planned(client, content)
    assert up is not None
    forged = [
        ("GET", down.replace("images/keep", "images/kept")),
        ("GET", with_term(down, signature="0" * 64)),
        ("GET", with_term(down, expires=str(int(time.time()) + 9 * HOUR_S))),
        ("GET", with_term(down, more="1")),
        ("GET", down.partition("?")[0]),
        ("GET", up),
        ("PUT", down),
        ("PUT", with_term(up, size="9999999")),
        ("PUT", up.replace(name, name_of(b"other"))),
        ("POST", up),
        ("DELETE", down),
    ]
    for method, url in forged:
        answer = client.request(method, url, content=content if method == "PUT" else None)
        assert (answer.status_code, answer.json()["status"]) == (403, 403), (method, url)
    assert is_clean(worker, name)


def test_an_address_is_over_after_an_hour(worker: Worker, client: httpx.Client) -> None:
    content = picture("green")
    earlier = SignedUrls("", worker.key, now=lambda: time.time() - 2 * HOUR_S)
    assert client.get(earlier.download("images/keep")).status_code == 403
    late = client.put(earlier.upload(name_of(content), len(content), "image/png"), content=content)
    assert late.status_code == 403
    assert is_clean(worker, name_of(content))


@pytest.mark.parametrize("wrong", ["other", "short", "long", "much longer", "empty"])
def test_bytes_the_address_is_not_for_leave_nothing(worker: Worker, client: httpx.Client, wrong: str) -> None:
    content = picture("yellow")
    url = planned(client, content)
    assert url is not None
    sent = {
        "other": bytes(len(content)),
        "short": content[:-1],
        "long": content + b"x",
        "much longer": content + bytes(20_000_000),
        "empty": b"",
    }[wrong]
    answer = client.put(url, content=sent)
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert is_clean(worker, name_of(content))
    assert client.put(url, content=content).status_code == 201
    path_of(worker, name_of(content)).unlink()


def test_a_thumbnail_is_made_once_for_all_who_ask(worker: Worker, client: httpx.Client) -> None:
    content = picture("orange")
    worker.objects.put(image_name_of(content), BytesIO(content))
    name = f"thumbnails/{sha256(content).hexdigest()}.webp"
    url = worker.objects.download_url(name)

    def get(_: int) -> bytes:
        with worker.client() as own:
            answer = own.get(url)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
            return answer.content

    with ThreadPoolExecutor(6) as pool:
        (small,) = set(pool.map(get, range(12)))
    path_of(worker, image_name_of(content)).unlink()  # what it would have to be made from again
    assert client.get(url).content == small
    with Image.open(BytesIO(small)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (240, 180))


def test_what_is_no_picture_has_no_thumbnail(worker: Worker, client: httpx.Client) -> None:
    worker.objects.put("images/text", BytesIO(b"not a picture"))
    assert client.get(worker.objects.download_url("thumbnails/text.webp")).status_code == 404
    assert client.get(worker.objects.download_url("images/text")).content == b"not a picture"


class NoStore:
    """An object store without any object."""

    def open(self, name: str) -> BytesIO:
        raise NotFound(name)


def test_thumbnails_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asks for many at once; together they would keep the cores from everybody else."""
    at_work, most = 0, list[int]()

    def made(function: str, event: object) -> None:
        nonlocal at_work
        at_work += 1
        most.append(at_work)
        time.sleep(0.02)
        at_work -= 1

    async def page() -> list[object]:
        names = [f"thumbnails/{n}.webp" for n in range(6)]
        return await asyncio.gather(*map(files._open_object, names), return_exceptions=True)

    monkeypatch.setattr(files, "call", made)
    monkeypatch.setattr(files, "_store", NoStore)
    assert all(isinstance(answer, NotFound) for answer in run(page()))
    assert most == [1] * 6


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_the_thread_of_thumbnails_gives_way_to_the_others() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    here = niceness()
    assert files.THUMBNAIL_THREAD.submit(niceness).result() == here + files.NICENESS
    assert niceness() == here
