"""Models in a browser: their stages, and the history of production."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.model_stubs import stub_models
from tests.e2e.node import Node


@pytest.fixture
def models_page(node: Node, open_page: OpenPage) -> Page:
    """The models of a dataset, played."""
    page = open_page("/nowhere", locale="en")
    dataset_id = node.dataset(ok=1)
    stub_models(page, dataset_id)
    page.goto(f"/datasets/{dataset_id}/models")
    return page


def test_one_model_is_in_production(models_page: Page) -> None:
    rows = models_page.locator(".models tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Candidate")
    expect(rows.nth(1)).to_contain_text("In production")
    expect(rows.nth(1)).to_contain_text("12.5% 1/8 ≤ 47.1%")
    expect(rows.nth(2)).to_contain_text("Replaced")
    expect(rows.nth(2)).to_contain_text("The threshold was changed after measuring")


def test_the_history_says_who_and_why(models_page: Page) -> None:
    newest = models_page.locator("section", has_text="History of production").locator("tbody tr").first
    expect(newest).to_contain_text("佐藤 健一")
    expect(newest).to_contain_text("spring release")
    expect(newest).to_contain_text("Without passed gates: customer agreed")


def test_a_dataset_without_models_says_how_to_make_one(node: Node, open_page: OpenPage) -> None:
    page = open_page(f"/datasets/{node.dataset(ok=1)}/models", locale="en")
    expect(page.locator(".empty")).to_contain_text("No models yet")
