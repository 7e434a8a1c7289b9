"""A split of whole groups in a browser: the wish, the plan with its counts, and carrying it out."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.node import Node


def test_a_dataset_is_split_by_part_after_a_look_at_the_plan(
    open_page: OpenPage, node: Node, axe: str
) -> None:
    id = node.dataset(ok=6, ng=4)
    for n, image in enumerate(node.images(id)):
        capture = {"image_id": image.image_id, "capture": {"part": f"P{n // 2}"}}
        version = node.post(f"/v1/datasets/{id}/captures", capture).json()["version"]
    node.get(f"/v1/streams/dataset-{id}/changes?min_version={version}")
    page = open_page(f"/datasets/{id}/versions")
    page.get_by_role("button", name="区分に分ける…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("検証（%）").fill("0")
    dialog.get_by_role("button", name="計画を見る").click()
    row = dialog.get_by_role("row", name="テスト")
    expect(row.get_by_role("cell").nth(0)).to_have_text("2")
    expect(row.get_by_role("cell").nth(2)).to_have_text("1")
    assert serious(page, axe) == []
    dialog.get_by_role("button", name="10 枚を移す").click()
    expect(page.get_by_role("status").first).to_contain_text("10 枚を移しました")
    entries = page.get_by_role("list", name="変更履歴").get_by_role("listitem")
    expect(entries.first).to_contain_text("個体ごとにまとめて分ける: テスト 0.2、検証 0、シード 0")
    splits = {image.image_id: image.split for image in node.images(id)}
    ids = list(splits)
    assert [splits[one] for one in ids[::2]] == [splits[other] for other in ids[1::2]]
    assert list(splits.values()).count("test") == 2


def test_copies_in_two_splits_are_shown_and_joined_into_a_group(
    open_page: OpenPage, node: Node, axe: str, tmp_path: Path
) -> None:
    id = node.dataset(ok=8, ng=8)
    first = node.images(id)[0]
    copy = tmp_path / "copy.webp"
    with Image.open(BytesIO(node.get(first.image_url or "").content)) as picture:
        picture.convert("RGB").save(copy, quality=70)
    node.add(id, [copy])
    node.post(
        f"/v1/datasets/{id}/splits", {"image_ids": [first.image_id], "split": "test", "rule": "by hand"}
    )
    page = open_page(f"/datasets/{id}/versions")
    page.get_by_role("button", name="ほぼ同じ画像…").click()
    dialog = page.get_by_role("dialog")
    pair = dialog.get_by_role("listitem")
    expect(pair).to_have_count(1)
    expect(pair).to_contain_text("テスト")
    expect(pair.get_by_role("img", name="copy.webp")).to_be_visible()
    assert serious(page, axe) == []
    dialog.get_by_role("button", name="グループにまとめる").click()
    expect(page.get_by_role("status").first).to_contain_text("2 枚をまとめました")
    groups = {image.name: image.group for image in node.images(id) if image.group}
    assert set(groups) == {first.name, "copy.webp"}
    assert len(set(groups.values())) == 1
