"""Drawing a region of interest in a browser: by clicks, by numbers, and removing it."""

from playwright.sync_api import expect

from functions.api.datasets.answers import Dataset, DatasetRegion
from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node


def test_a_region_is_drawn_changed_and_removed(node: Node, open_page: OpenPage, axe: str) -> None:
    id = node.dataset(ok=1)
    (image,) = node.images(id)
    page = open_page(f"/datasets/{id}/gallery")
    expect(page.get_by_role("gridcell")).to_be_visible()
    page.get_by_role("button", name="検査領域").click()
    dialog = page.get_by_role("dialog")
    do = dialog.get_by_role("button", name="設定する")
    expect(do).to_be_disabled()
    canvas = dialog.locator("svg[viewBox]").last
    box = canvas.bounding_box()
    assert box is not None
    for across, down in ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75)):
        canvas.click(position={"x": box["width"] * across, "y": box["height"] * down})
    dialog.get_by_role("button", name="対象外を追加").click()
    dialog.get_by_label("対象外", exact=True).fill("0,0 9,0 0,9")
    assert serious(page, axe) == []
    do.click()
    expect(page.get_by_text("検査領域を変更しました")).to_be_visible()
    (region,) = regions_of(node, id)
    assert (region.width, region.height) == (image.width, image.height)
    assert region.ignore == [[(0, 0), (9, 0), (0, 9)]]
    ((first, *_),) = region.include
    assert abs(first[0] - image.width / 4) <= 2 and abs(first[1] - image.height / 4) <= 2

    page.get_by_role("button", name="検査領域").click()
    expect(dialog.get_by_label("対象外", exact=True)).to_have_value("0,0 9,0 0,9")
    dialog.get_by_role("button", name="この領域を削除").click()
    expect(dialog).to_be_hidden()
    assert regions_of(node, id) == []


def regions_of(node: Node, id: str) -> list[DatasetRegion]:
    return Dataset.model_validate(node.get(f"/v1/datasets/{id}").json()).regions
