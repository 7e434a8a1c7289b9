"""Intake: a line is heard, what was turned away says why, and is taken in or set aside."""

import hashlib
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

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
    send(node, id, "/lines/late", digest[:8] + "f" * 56)
    expect(arrival.get_by_role("row", name=digest)).to_contain_text("f" * 56)
    page.goto(f"/datasets/{id}?image={digest}")
    page.get_by_text("Arrived as").click()
    expect(page.get_by_role("listitem").filter(has_text="/lines/late")).to_contain_text(digest[:8])
    page.goto("/intake")
    expect(page.get_by_role("row", name=digest)).to_be_visible()
    cameras = page.get_by_role("region", name="Cameras")
    expect(cameras.get_by_role("row", name="Sending").first).to_contain_text("0.0")


def test_what_is_not_wanted_is_set_aside(node: Node, open_page: OpenPage) -> None:
    send(node, node.dataset(ok=1), "/lines/2", "e" * 64)
    page = open_page("/intake")
    arrival = page.get_by_role("article").filter(has_text="e" * 8)
    arrival.get_by_text("メッセージ").click()
    expect(arrival.locator("pre")).to_contain_text("kenpin.image.captured.v1")
    arrival.get_by_role("button", name="対象外にする").click()
    expect(arrival).to_have_count(0)


def test_a_line_is_connected_tested_and_sends_its_first_picture(
    node: Node, open_page: OpenPage, tmp_path: Path
) -> None:
    id = node.dataset(ok=1)
    page = open_page("/intake/connect", locale="en")
    expect(page.get_by_role("button", name="Send a test event")).to_be_disabled()
    page.locator("main").get_by_label("Dataset").select_option(id)
    page.locator("main").get_by_label("Line").fill("L7")
    page.get_by_role("button", name="Issue a token").click()
    token = page.locator("output code").inner_text()
    page.get_by_role("button", name="Send a test event").click()
    expect(page.get_by_role("status").filter(has_text="Arrived as a test")).to_be_visible()
    assert len(node.images(id)) == 1

    (tmp_path / "first.png").write_bytes(picture(77))
    script = tmp_path / "send.py"
    script.write_text(page.get_by_label("Python").inner_text(), "utf-8")
    command = [sys.executable, str(script), str(tmp_path / "first.png")]
    environment = os.environ | {"KENPIN_TOKEN": token}
    sent = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "registered" in sent.stdout, sent.stderr
    assert hashlib.sha256(picture(77)).hexdigest() in {image.image_id for image in node.images(id)}

    page.goto("/intake")
    expect(page.get_by_role("row", name="/connection-test/L7").get_by_role("cell").last).to_have_text("1")


def test_a_test_event_that_is_refused_says_what_failed(node: Node, open_page: OpenPage) -> None:
    page = open_page("/intake/connect")
    page.locator("main").get_by_label("データセット").select_option(node.dataset(ok=1))
    page.locator("main").get_by_label("ライン").fill("L8")
    page.get_by_role("button", name="トークンを作る").click()
    token = page.locator("output code").inner_text()
    node.post(f"/v1/tokens/{token.split('_')[1]}/revocation", {"reason": "lost"})
    page.get_by_role("button", name="テストを送信").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_what_could_not_be_delivered_stands_here_too(node: Node, open_page: OpenPage) -> None:
    page = open_page(locale="en")
    done = stub_upkeep(page)
    page.goto("/intake")
    page.get_by_role("article", name="m-1").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article", name="m-1")).to_have_count(0)
    assert done == ["m-1"]
