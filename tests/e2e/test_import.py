"""Importing in a browser: a folder or an archive, a lost line, the rest after a reload, and taking it all back."""

import itertools
import json
import re
import shutil
from base64 import b64encode
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import serious
from tests.e2e.conftest import OpenPage
from tests.e2e.node import PROJECT, Node
from tests.e2e.photos import SIDE, add_photos, photo
from tests.e2e.test_members import as_
from tests.pictures.samples import pillow

LOSE_THE_LINE = """() => {
  const [whole, sent] = [window.fetch, []];
  window.fetch = (request, options) =>
    options?.method === "PUT" && sent.push(request) > 3
      ? Promise.reject(new TypeError("lost"))
      : whole(request, options);
}"""
"""Three files arrive, and no more until the page is loaded again."""
NUMBERS = itertools.count(1000, 1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight photos that no other test has: four OK, two of a known class, two of a new one."""
    folder, first = tmp_path / "photos", next(NUMBERS)
    add_photos(folder / "OK", 4, first=first)
    add_photos(folder / "NG" / "欠け", 2, first=first + 10, chipped=True)
    add_photos(folder / "NG" / f"ひび{first}", 2, first=first + 20, chipped=True)
    return folder


def choose(page: Page, path: Path) -> None:
    kind = "folder" if path.is_dir() else "files"
    page.locator(f"input[data-choose={kind}]").set_input_files(path)


def expect_outcomes(page: Page, **counts: int) -> None:
    report = page.get_by_role("region", name=re.compile("取り込みの結果|Report of the import"))
    expect(report).to_be_visible()
    terms, values = report.locator("dt").all_inner_texts(), report.locator("dd").all_inner_texts()
    found = dict(zip(terms, values, strict=True))
    assert {name: found[name] for name in counts} == {name: str(count) for name, count in counts.items()}


def test_a_folder_comes_in_and_goes_back(node: Node, open_page: OpenPage, folder: Path, axe: str) -> None:
    _, whole = photo(1)
    (folder / "OK" / "damaged.png").write_bytes(whole[: len(whole) // 2])
    id = node.dataset()
    page = open_page(f"/datasets/{id}")
    page.get_by_role("button", name="取り込む").last.click()
    expect(page.get_by_text("上限: 10,000 ファイル")).to_be_visible()
    assert serious(page, axe) == []
    choose(page, folder)
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="ひび")).to_contain_text("新規")
    expect(rows.filter(has_text="欠け")).not_to_contain_text("新規")
    assert serious(page, axe) == []
    page.get_by_role("button", name="取り込む: 画像 9 枚、判定 9 件、新しい種別 1 個").click()
    expect_outcomes(page, 取り込み=8, 判定を記録=8, 新しい種別=1, 拒否=1)
    rejected = page.locator("details").filter(has_text="拒否")
    expect(rejected.get_by_role("row").filter(has_text="damaged.png")).to_contain_text("途中で切れて")
    assert serious(page, axe) == []
    images = node.images(id)
    assert [defect.class_id for image in images for defect in image.defects].count("chip") == 2
    page.get_by_role("button", name="取り込みを取り消す").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("対象画像の誤り").check()
    dialog.get_by_role("button", name="取り消す", exact=True).click()
    expect(page.get_by_text("8 枚を戻しました")).to_be_visible()


def test_an_archive_is_read_without_unpacking_it_and_a_table_corrects_its_conditions(
    node: Node, open_page: OpenPage, folder: Path, axe: str
) -> None:
    archive, id = Path(shutil.make_archive(str(folder), "zip", folder)), node.dataset()
    page = open_page(f"/datasets/{id}/import", locale="en", theme="light")
    choose(page, archive)
    page.get_by_role("button", name="Import: 8 images").click()
    expect_outcomes(page, Taken=8, Judged=8)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    rows = [f"{file},OK,L{n % 2 + 1}" if n else f"{file},OK," for n, file in enumerate(files)]
    (folder / "labels.csv").write_text("\n".join(["file,verdict,line", *rows]))
    page.get_by_role("button", name="Import more").click()
    choose(page, folder)
    expect(page.get_by_text("Line: 7 images")).to_be_visible()
    differing = page.locator("details").filter(has_text="Capture conditions that the source gives otherwise")
    expect(differing.get_by_role("row").filter(has_text="Line: none → L2")).to_have_count(4)
    assert serious(page, axe) == []
    page.get_by_label("Correct these capture conditions").uncheck()
    expect(page.get_by_role("button", name=re.compile("^Import: .*class$"))).to_be_visible()
    page.get_by_label("Correct these capture conditions").check()
    page.get_by_role("button", name="7 corrections of capture conditions").click()
    expect_outcomes(page, Taken=0, **{"Known already": 8, "Capture conditions corrected": 7})
    lines = sorted(image.capture.line or "" for image in node.images(id))
    assert lines == ["", "L1", "L1", "L1", "L2", "L2", "L2", "L2"]
    page.get_by_role("button", name="Undo the import").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Wrong images").check()
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("7 images put back")).to_be_visible()
    assert not any(image.capture.line for image in node.images(id))


def test_what_a_closed_page_has_not_sent_comes_in_later(
    node: Node, open_page: OpenPage, folder: Path
) -> None:
    id = node.dataset()
    page = open_page(f"/datasets/{id}/import", locale="en")
    page.evaluate(LOSE_THE_LINE)
    choose(page, folder)
    page.get_by_role("button", name="Import: 8 images").click()
    expect(page.get_by_text("The server cannot be reached. It is tried again by itself.")).to_be_visible()
    page.reload()
    again = list[str]()
    page.on("request", lambda request: again.append(request.url) if request.method == "PUT" else None)
    choose(page, folder)
    page.get_by_role("button", name="Import: 8 images").click()
    expect_outcomes(page, Taken=8, Judged=8)
    assert len(again) == 8 - 3


def late(page: Page, route: Route) -> None:
    page.wait_for_timeout(300)
    route.continue_()


def test_an_import_is_paused_and_resumed(node: Node, open_page: OpenPage, folder: Path) -> None:
    page = open_page(f"/datasets/{node.dataset()}/import", locale="en")
    choose(page, folder)
    page.route("**/uploads", partial(late, page))
    page.get_by_role("button", name="Import: 8 images").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused.")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect_outcomes(page, Taken=8)


def test_the_source_is_understood_before_anything_is_stored(
    node: Node, open_page: OpenPage, folder: Path
) -> None:
    same = next((folder / "OK").iterdir())
    shutil.copy(same, folder / "NG" / "欠け" / f"copy-{same.name}")
    (folder / "OK" / "note.jpg").write_text("this is no picture")
    add_photos(folder / "A級", 1, first=next(NUMBERS))
    id = node.dataset()
    page = open_page(f"/datasets/{id}/import", locale="en")
    choose(page, folder)
    expect(page.get_by_text("Answer the questions first.")).to_be_visible()
    page.get_by_label("Meaning of A級").select_option("NG of the class…")
    page.get_by_label("Class of A級").fill("scratch")
    page.get_by_label("Class of A級").press("Enter")
    expect(page.get_by_role("row").filter(has_text="scratch")).to_contain_text("new")
    copies = page.locator("details").filter(has_text="Same bytes twice")
    expect(copies).to_contain_text(re.compile("same bytes as .*, which says (OK, not NG|NG, not OK)"))
    expect(page.locator("details").filter(has_text="cannot be used")).to_contain_text("OK/note.jpg")
    page.get_by_label("Meaning of A級").select_option("Leave these images out")
    expect(page.get_by_role("row").filter(has_text="scratch")).to_have_count(0)
    expect(page.get_by_role("button", name="Import: 8 images, 8 judgements, 1 new class")).to_be_enabled()
    assert node.images(id) == []


def test_masks_and_splits_of_a_data_set_come_in(node: Node, open_page: OpenPage, tmp_path: Path) -> None:
    folder, first = tmp_path / "bottle", next(NUMBERS)
    add_photos(folder / "train" / "good", 2, first=first)
    add_photos(folder / "test" / "scratch", 1, first=first + 10, chipped=True)
    (defect,) = (folder / "test" / "scratch").iterdir()
    marked = np.zeros((SIDE, SIDE), np.uint8)
    marked[10:20, 30:50] = 255
    mask = folder / "ground_truth" / "scratch" / f"{defect.stem}_mask.png"
    mask.parent.mkdir(parents=True)
    mask.write_bytes(pillow(marked, "PNG"))
    id = node.dataset()
    page = open_page(f"/datasets/{id}/import", locale="en")
    choose(page, folder)
    expect(page.get_by_text("read as: MVTec AD, LOCO or BTAD")).to_be_visible()
    page.get_by_role("button", name="Import: 3 images").click()
    expect_outcomes(page, **{"Taken": 3, "Judged": 3, "Put into a split": 3, "Rejected": 0})
    images = {image.split: image for image in node.images(id)}
    assert [one.mask is not None for one in images["test"].defects] == [True]
    assert images["train"].verdict == "OK"


def test_a_person_chooses_where_two_formats_fit(node: Node, open_page: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    add_photos(folder / "images", 1, first=next(NUMBERS))
    (photo_file,) = (folder / "images").iterdir()
    boxes = [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 20, 20]}]
    sizes = {"images": [{"id": 1, "file_name": photo_file.name, "width": 96, "height": 96}]}
    coco = {**sizes, "annotations": boxes, "categories": [{"id": 1, "name": "dent"}]}
    (folder / "annotations.json").write_text(json.dumps(coco))
    (folder / "labels").mkdir()
    (folder / "labels" / f"{photo_file.stem}.txt").write_text("0 0.5 0.5 0.2 0.2")
    (folder / "data.yaml").write_text("names: [burr]")
    page = open_page(f"/datasets/{node.dataset()}/import", locale="en")
    choose(page, folder)
    expect(page.get_by_role("alert")).to_contain_text("two looks like coco, yolo. Choose below")
    page.get_by_label("Read as").select_option("COCO")
    expect(page.get_by_role("row").filter(has_text="dent")).to_contain_text("new")
    page.get_by_label("Read as").select_option("YOLO")
    expect(page.get_by_role("row").filter(has_text="burr")).to_contain_text("new")


DROP = """({ name, content }) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name));
  const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(".drop").dispatchEvent(drop);
}"""


def test_a_file_is_dropped(node: Node, open_page: OpenPage) -> None:
    suffix, content = photo(next(NUMBERS))
    page = open_page(f"/datasets/{node.dataset()}/import", locale="en")
    expect(page.get_by_role("button", name="Choose a folder")).to_be_enabled()
    page.evaluate(DROP, {"name": f"one{suffix}", "content": b64encode(content).decode()})
    page.get_by_role("button", name="Import: 1 image, no judgement, no new class").click()
    expect_outcomes(page, Taken=1, Judged=0)


def test_who_may_not_import_is_told_whom_to_ask(node: Node, open_page: OpenPage) -> None:
    id = node.dataset()
    page = open_page(locale="en")
    as_(page, (PROJECT, "inspector"))
    page.goto(f"/datasets/{id}/import")
    expect(page.get_by_text("You have no right to this. Ask taro.y.")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a folder")).to_be_disabled()
