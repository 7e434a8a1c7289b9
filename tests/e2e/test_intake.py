"""Intake: a line is heard, what was turned away says why, and is taken in or set aside."""

import hashlib
import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node
from tests.e2e.stubs import stub_upkeep


def picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 24), (shade, 80, 120)).save(out, "PNG")
    return out.getvalue()


def send(node: Node, dataset_id: str, source: str, *digests: str) -> None:
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": source}
    events = [{**event, "id": d[:8], "data": {"dataset_id": dataset_id, "digest": d}} for d in digests]
    node.post("/v1/intake", events)


def upload(node: Node, dataset_id: str, body: bytes, digest: str) -> None:
    file = {"digest": digest, "size": len(body), "media_type": "image/png"}
    plan = node.post(f"/v1/datasets/{dataset_id}/uploads", {"files": [file]}).json()
    node.http.put(plan["uploads"][0]["url"], content=body).raise_for_status()


def test_what_was_turned_away_is_taken_in_once_its_bytes_are_there(node: Node, open_page: OpenPage) -> None:
    id, body = node.dataset(ok=1), picture(201)
    digest = hashlib.sha256(body).hexdigest()
    send(node, id, "/lines/late", digest)
    page = open_page("/", locale="en")
    page.get_by_role("link", name=re.compile(r"\d+ rejected")).click()
    expect(page.get_by_role("row", name="/lines/late")).to_contain_text(re.compile("now|ago"))
    arrival = page.get_by_role("article").filter(has_text=digest[:8])
    expect(arrival).to_contain_text("the bytes have not arrived")
    arrival.get_by_role("button", name="Try again").click()
    expect(arrival.get_by_role("status")).to_contain_text("Rejected again")
    upload(node, id, body, digest)
    arrival.get_by_role("button", name="Try again").click()
    expect(arrival).to_have_count(0)
    assert digest in {image.image_id for image in node.images(id)}


def test_what_is_not_wanted_is_set_aside(node: Node, open_page: OpenPage) -> None:
    send(node, node.dataset(ok=1), "/lines/2", "e" * 64)
    page = open_page("/intake")
    arrival = page.get_by_role("article").filter(has_text="e" * 8)
    arrival.get_by_text("メッセージ").click()
    expect(arrival.locator("pre")).to_contain_text("kenpin.image.captured.v1")
    arrival.get_by_role("button", name="対象外にする").click()
    expect(arrival).to_have_count(0)


def test_what_could_not_be_delivered_stands_here_too(node: Node, open_page: OpenPage) -> None:
    page = open_page("/nowhere", locale="en")
    done = stub_upkeep(page)
    page.goto("/intake")
    page.get_by_role("article", name="m-1").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article", name="m-1")).to_have_count(0)
    assert done == ["m-1"]
