"""What an administrator does in an empty installation: a project, images, people, and a first model."""

import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.deciding import decide
from tests.e2e.forms import fill
from tests.e2e.installation import Installation
from tests.e2e.node import SAMPLE

PROJECT: Final = "焼菓子ライン"
DATASET: Final = "一次検査"
PEOPLE: Final = {
    "inspector": "佐藤 健一",
    "qa_lead": "鈴木 花子",
    "engineer": "高橋 誠",
    "auditor": "伊藤 明",
}
LABELLED: Final = 8
LEFT: Final = 30
TRAINED_MS: Final = 240_000


def set_up(installation: Installation, folder: Path) -> None:
    """From the first sign-in to five people and a trained model."""
    page = installation.sign_in_first()
    make_project(installation, page)
    import_photos(installation, page, photos(folder))
    label(installation, page)
    start_training(installation, page)
    run = page.url
    for role, name in PEOPLE.items():
        invite(installation, page, role, name)
    page.goto(run)
    result = installation.words("result.title")
    expect(page.get_by_role("heading", name=result, exact=True)).to_be_visible(timeout=TRAINED_MS)


def photos(folder: Path) -> Path:
    """Photos of cookies, in turn whole and cracked."""
    folder.mkdir()
    kinds = [sorted(SAMPLE.glob(f"t*/{kind}-*.jpg")) for kind in ("normal", "anomaly")]
    files = [file for pair in zip(*kinds, strict=False) for file in pair][: LABELLED + LEFT]
    for number, file in enumerate(files):
        shutil.copy(file, folder / f"cookie-{number:02}.jpg")
    return folder


def make_project(installation: Installation, page: Page) -> None:
    words, button = installation.words, installation.button
    button(page, "project.new.project").click()
    dialog = page.get_by_role("dialog")
    fill(dialog, **{words("project.name.project"): PROJECT, words("project.first_product"): "丸クッキー"})
    expect(dialog.get_by_label(words("project.id"), exact=True)).to_have_value("project-1")
    button(dialog, "project.create").click()
    expect(page.get_by_role("heading", name=PROJECT)).to_be_visible()
    define_class(installation, page, "Crack", "割れ")
    expect(dialog).to_have_count(0)
    define_class(installation, page, "Chip", "割れ")
    expect(dialog.get_by_role("alert")).to_contain_text(
        words("refusal.NameTaken", name="割れ", class_id="crack")
    )
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert serious(page, installation.axe) == []
    button(page, "project.new.dataset").first.click()
    fill(dialog, **{words("project.name.dataset"): DATASET})
    button(dialog, "project.create").click()
    expect(page.get_by_role("heading", name=DATASET)).to_be_visible()


def define_class(installation: Installation, page: Page, name: str, name_ja: str) -> None:
    words, button = installation.words, installation.button
    button(page, "standard.define").first.click()
    dialog = page.get_by_role("dialog")
    fill(dialog, **{words("standard.field.name_ja"): name_ja})
    dialog.get_by_label(words("standard.field.name"), exact=True).fill(name)
    button(dialog, "standard.define").click()


def import_photos(installation: Installation, page: Page, folder: Path) -> None:
    words = installation.words
    expect(installation.button(page, "import.choose_folder")).to_be_enabled()
    page.locator("input[data-choose=folder]").set_input_files(folder)
    page.get_by_role("button", name=words.like("import.do")).click()
    report = page.get_by_role("region", name=words("import.report"))
    expect(report.locator("dd").first).to_have_text(str(LABELLED + LEFT))
    report.get_by_role("link", name=words("import.to_unjudged")).click()


def label(installation: Installation, page: Page) -> None:
    page.get_by_role("gridcell").first.wait_for()
    for _ in range(LABELLED // 2):
        decide(page, "o", "1")
    unlabelled = installation.words("verdict.unlabelled")
    expect(page.get_by_role("button", name=f"{unlabelled} {LEFT}")).to_be_visible()


def start_training(installation: Installation, page: Page) -> None:
    installation.button(page, "train.open").click()
    installation.button(page.get_by_role("dialog"), "train.do").click()
    expect(page.get_by_role("heading", name=installation.words("run.identity"))).to_be_visible()


def invite(installation: Installation, page: Page, role: str, name: str) -> None:
    """Invite a person with one link, which shows the role and the project to them. They arrive by it."""
    words, button = installation.words, installation.button
    installation.go(page, "settings")
    button(page, "members.invite").click()
    dialog = page.get_by_role("dialog")
    fill(dialog, **{words("members.name"): name, words("members.email_of"): f"{role}@factory.example"})
    dialog.get_by_label(words("rights.role")).select_option(role)
    place = words("rights.everywhere") if role == "auditor" else PROJECT
    dialog.get_by_label(words("rights.place")).select_option(label=place)
    button(dialog, "members.invite").click()
    link = dialog.locator("output").inner_text()
    button(dialog, "members.link_sent").click()
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text(words(f"role.{role}"))
    arrived = installation.arrive(role, link)
    expect(arrived.get_by_role("link", name=name)).to_be_visible()
    expect(arrived.get_by_role("article").filter(has_text=DATASET)).to_be_visible()
