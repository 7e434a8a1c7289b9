"""Proof: the chain is hashed in the browser, an erased image leaves its reason, and who may not check is told."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.deciding import decide
from tests.e2e.node import PROJECT, Node
from tests.e2e.test_members import as_

VERIFIER: Final = Path(__file__).parents[2] / "functions" / "audit_pack" / "verify_pack.py"


def test_the_chain_is_hashed_in_the_browser(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=2)
    page = open_page("/proof", locale="en")
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_text("Intact.")).to_be_visible()

    def changed(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["items"][0]["meta"] = told["items"][0]["meta"].replace("sato", "endo") + " "
        route.fulfill(response=answer, body=json.dumps(told))

    page.route(f"**/v1/streams/dataset-{id}/commits*", changed)
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_text(f"dataset-{id} is not as it was appended, from version 1 on")).to_be_visible()


def test_the_proof_of_a_judgement_is_downloaded_and_holds_offline(
    node: Node, open_page: OpenPage, tmp_path: Path
) -> None:
    id = node.dataset(ok=2)
    page = open_page(f"/datasets/{id}", locale="en")
    decide(page, "o")
    page.get_by_role("gridcell").first.click()
    page.keyboard.press("w")
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Download the proof").click()
    download.value.save_as(proof := tmp_path / "proof.json")
    assert json.loads(proof.read_bytes())["image_id"] == node.image(id, 0).image_id
    assert proof.stat().st_size < 10_000
    done = subprocess.run([sys.executable, VERIFIER, proof], capture_output=True, text=True)
    assert "everything holds" in done.stdout, done.stderr
    assert '"verdict": "OK"' in done.stdout


def test_an_erased_image_leaves_its_reason(node: Node, open_page: OpenPage) -> None:
    id = node.dataset(ok=3)
    image = node.image(id, 0)
    erased = {"image_ids": [image.image_id], "reason": "a person in it"}
    version = node.post(f"/v1/datasets/{id}/erasures", erased).json()["version"]
    node.get(f"/v1/datasets/{id}?min_version={version}")
    page = open_page(f"/datasets/{id}/gallery?excluded=true", locale="en")
    tile = page.get_by_role("gridcell")
    expect(tile).to_have_count(1)
    expect(tile.get_by_text("a person in it")).to_be_visible()
    tile.dblclick()
    expect(page.locator(".viewer .erased")).to_contain_text("Erased")


def test_who_may_not_check_is_told_who_may_and_is_not_refused(open_page: OpenPage) -> None:
    page = open_page(locale="en")
    as_(page, (PROJECT, "inspector"), may=("GET /v1/proof/keys",))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/proof")
    expect(page.get_by_role("button", name="Check the chain")).to_be_disabled()
    expect(page.get_by_text("Admins, QA leads, engineers and auditors can check it.")).to_be_visible()
    whole = "Admins, QA leads and auditors of the whole installation"
    expect(page.get_by_text(f"{whole} see these.")).to_be_visible()
    expect(page.get_by_text(f"{whole} can write a pack.")).to_be_visible()
    assert [url for url in asked if "/v1/proof/anchors" in url] == []
