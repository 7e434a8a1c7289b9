"""Models in a browser: stages, gates, promotion, export, and the history of production."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.model_stubs import GATE, stub_models
from tests.e2e.node import PROJECT, Node
from tests.e2e.stubs import Json, stub_runs


@pytest.fixture(scope="module")
def gated(node: Node) -> Node:
    """The node with one gate in its project."""
    answer = node.http.put(f"/v1/projects/{PROJECT}/gates", json={"limits": [GATE]})
    assert answer.is_success, answer.text
    node.get(f"/v1/projects/{PROJECT}?min_version={answer.json()['version']}")
    return node


@pytest.fixture
def played(gated: Node, open_page: OpenPage) -> tuple[Page, list[Json]]:
    """The models of a dataset, and what the page sends about them."""
    page = open_page(locale="en")
    dataset_id = gated.dataset(ok=1)
    sent = stub_models(page, dataset_id)
    page.goto(f"/datasets/{dataset_id}/models")
    return page, sent


@pytest.fixture
def models_page(played: tuple[Page, list[Json]]) -> Page:
    return played[0]


def test_one_model_is_in_production(models_page: Page) -> None:
    rows = models_page.locator(".models tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Candidate")
    expect(rows.nth(1)).to_contain_text("In production")
    expect(rows.nth(1)).to_contain_text("12.5% 1/8 ≤ 47.1%")
    expect(rows.nth(2)).to_contain_text("Replaced")
    expect(rows.nth(2)).to_contain_text("The threshold was changed after measuring")


def test_the_history_says_who_and_why_and_opens_the_chain_of_a_model(models_page: Page, axe: str) -> None:
    newest = models_page.locator("section", has_text="History of production").locator("tbody tr").first
    expect(newest).to_contain_text("佐藤 健一")
    expect(newest).to_contain_text("spring release")
    expect(newest).to_contain_text("Without passed gates: customer agreed")
    models_page.get_by_role("button", name="Open model newest").click()
    models_page.get_by_role("dialog").get_by_role("link", name="Decision chain").click()
    expect(models_page.get_by_role("dialog", name="Decision chain of Model newest")).to_be_visible()
    expect(models_page.get_by_role("dialog")).to_have_count(1)
    models_page.go_back()
    expect(models_page.get_by_role("dialog", name="Model newest", exact=True)).to_be_visible()
    models_page.go_back()
    expect(models_page.get_by_role("dialog")).to_have_count(0)
    models_page.goto(models_page.url.partition("?")[0].replace("/models", "/versions"))
    models_page.get_by_text("Changes of models (2)").click()
    models_page.get_by_role("link", name="Promoted current").click()
    chain = models_page.get_by_role("dialog", name="Decision chain of Model current").get_by_role("listitem")
    expect(chain).to_have_count(3)
    expect(chain.nth(0)).to_contain_text("finished00001")
    expect(chain.nth(1)).to_contain_text("failed")
    expect(chain.nth(2)).to_contain_text("spring release")
    expect(chain.nth(2)).to_contain_text("customer agreed")
    assert serious(models_page, axe) == []


def test_a_model_tells_where_it_comes_from(models_page: Page, gated: Node, axe: str) -> None:
    stub_runs(models_page, "cookies")
    models_page.get_by_role("button", name="Open model current").click()
    dialog = models_page.get_by_role("dialog")
    dialog.get_by_text("Where it comes from").click()
    approval = dialog.get_by_role("list", name="History of production").get_by_role("listitem")
    expect(approval).to_contain_text("佐藤 健一")
    expect(approval).to_contain_text("spring release")
    expect(approval).to_contain_text("customer agreed")
    expect(dialog.get_by_role("link", name="cookies")).to_have_attribute("href", re.compile("as_of=12$"))
    expect(dialog.locator("dl")).to_contain_text("c" * 16)
    assert serious(models_page, axe) == []


def test_a_model_tells_where_it_is_in_production_and_what_was_exported(models_page: Page, axe: str) -> None:
    stub_runs(models_page, "cookies")
    models_page.get_by_role("button", name="Open model current").click()
    dialog = models_page.get_by_role("dialog")
    used = dialog.get_by_role("region", name="Where it is in production")
    expect(used).to_contain_text("佐藤 健一")
    expect(used).to_contain_text("name no line")
    expect(dialog.get_by_role("link", name="Download")).to_have_attribute("href", "/favicon.svg")
    dialog.get_by_role("button", name="Model card").click()
    card = dialog.get_by_role("region", name="Model card")
    expect(card.get_by_role("heading")).to_have_text(["Data", "Licence"])
    expect(card).to_contain_text("version 12")
    assert serious(models_page, axe) == []


def test_failed_gates_ask_for_an_override_reason(played: tuple[Page, list[Json]]) -> None:
    page, sent = played
    page.get_by_role("button", name="Open model newest").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Promote to production").click()
    failed = dialog.locator("tbody tr", has_text="0.471").get_by_role("cell")
    expect(failed).to_have_text(["Escape rate, 95 % bound", "Test", "0.471", "at most 0.05", "× failed"])
    expect(dialog.locator("tbody tr", has_text="AUPRO")).to_contain_text("not measured")
    dialog.get_by_label("Reason (stays in the history)").fill("summer release")
    dialog.get_by_label("Reason to promote all the same").fill("customer agreed")
    dialog.get_by_role("button", name="Promote to production").click()
    expect(dialog.get_by_label("Reason to promote all the same")).to_have_count(0)
    said = {"stage": "production", "reason": "summer release", "override_reason": "customer agreed"}
    assert sent == [{"to": "gates"}, {"to": "promotion", **said}]


def test_a_threshold_and_its_grey_zone_are_chosen_with_a_reason(
    played: tuple[Page, list[Json]], axe: str
) -> None:
    page, sent = played
    page.get_by_role("button", name="Open model newest").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Threshold 0.3000")
    dialog.get_by_role("button", name="Change the threshold").click()
    dialog.get_by_label("Scores from here on are NG").fill("0.6")
    dialog.get_by_label("Grey zone from this score on").fill("0.7")
    dialog.get_by_label("Reason (stays in the history)").fill("fewer overkills")
    expect(dialog.get_by_role("button", name="Change", exact=True)).to_be_disabled()
    dialog.get_by_label("Grey zone from this score on").fill("0.25")
    assert serious(page, axe) == []
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(dialog.get_by_label("Scores from here on are NG")).to_have_count(0)
    assert sent == [{"to": "threshold", "threshold": 0.6, "grey_from": 0.25, "reason": "fewer overkills"}]


def test_axe_finds_nothing_serious_in_the_dialogs(played: tuple[Page, list[Json]], axe: str) -> None:
    page, _ = played
    page.get_by_role("button", name="Open model newest").click()
    page.get_by_role("button", name="Promote to production").click()
    expect(page.get_by_label("Reason to promote all the same")).to_be_visible()
    assert serious(page, axe) == []
    page.goto(f"/projects/{PROJECT}")
    page.get_by_role("region", name="Gates").get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page, axe) == []


def test_only_the_model_in_production_is_rolled_back(models_page: Page) -> None:
    models_page.get_by_role("button", name="Open model current").click()
    models_page.get_by_role("button", name="Roll back").click()
    expect(models_page.get_by_role("dialog")).to_contain_text("former is in production again")
    models_page.keyboard.press("Escape")
    models_page.get_by_role("button", name="Open model newest").click()
    expect(models_page.get_by_role("button", name="Roll back")).to_have_count(0)


def test_an_export_says_how_its_answers_differ(models_page: Page) -> None:
    models_page.get_by_role("button", name="Open model newest").click()
    models_page.get_by_role("button", name="Export").click()
    models_page.get_by_role("button", name="Make the file").click()
    dialog = models_page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "Compared on 22 images, its answers differ from the model's by at most 2.0e-6"
    )
    expect(dialog.get_by_role("link", name="Download")).to_be_visible()


def test_a_dataset_without_models_says_how_to_make_one(node: Node, open_page: OpenPage) -> None:
    page = open_page(f"/datasets/{node.dataset(ok=1)}/models", locale="en")
    expect(page.locator(".empty")).to_contain_text("No models yet")


def test_gates_are_set_on_the_screen_of_the_project(node: Node, open_page: OpenPage) -> None:
    node.open_project("gated")
    page = open_page("/projects/gated", locale="en")
    panel = page.get_by_role("region", name="Gates")
    panel.get_by_role("button", name="Set them").click()
    page.get_by_role("button", name="Add a gate").click()
    page.get_by_label("Figure").select_option("escape_bound")
    page.get_by_label("Limit").fill("0.05")
    page.get_by_label("Nobody promotes").check()
    page.get_by_label("Reason (stays in the history)").fill("supply contract")
    page.get_by_role("dialog").get_by_role("button", name="Set", exact=True).click()
    expect(panel).to_contain_text("Escape rate, 95 % bound at most 0.05")
    expect(panel).to_contain_text("Nobody promotes a model whose run they asked for themselves")
    expect(panel).to_contain_text("supply contract")
    gates = node.get("/v1/projects/gated").json()["gates"]
    assert gates == {"limits": [GATE], "second_person": True, "reason": "supply contract"}


def test_inspections_are_listed_and_one_shows_its_images(played: tuple[Page, list[Json]], axe: str) -> None:
    page, sent = played
    panel = page.locator("section", has=page.get_by_role("heading", name="Inspections"))
    rows = panel.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("Working")
    expect(rows.nth(0)).to_contain_text("Automatic")
    expect(rows.nth(1)).to_contain_text("ended by signal SIGKILL")
    expect(rows.nth(2)).to_contain_text("佐藤 健一")
    panel.get_by_role("button", name="Inspect new images").click()
    panel.get_by_role("button", name="Show inspection i1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("li")).to_have_count(2)
    dialog.get_by_label("Images").select_option("unfamiliar")
    expect(dialog.locator("li")).to_have_count(1)
    assert serious(page, axe) == []
    with page.expect_download() as download:
        dialog.get_by_role("link", name="CSV").click()
    assert f"{'b' * 64},GREY,0.125,1.5," in download.value.path().read_text("utf-8-sig")
    assert {"to": "inspections", "image_ids": []} in sent


def test_a_project_turns_automatic_inspection_on_and_off(models_page: Page, gated: Node) -> None:
    models_page.get_by_role("button", name="Inspect automatically").click()
    expect(models_page.get_by_text("inspected automatically in all datasets")).to_be_visible()
    assert gated.get(f"/v1/projects/{PROJECT}").json()["automatic_inspection"] is True
    models_page.get_by_role("button", name="Stop automatic inspection").click()
    expect(models_page.get_by_text("only when somebody asks")).to_be_visible()
