"""The journeys of the five roles, each from the first screen to the end of the work, with a browser and no terminal."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from host import frontend_build
from tests.audit.conftest import verified
from tests.e2e.administrator import DATASET, LABELLED, LEFT, PEOPLE, TRAINED_MS, set_up
from tests.e2e.deciding import decide
from tests.e2e.forms import fill
from tests.e2e.installation import LINK, Installation
from tests.e2e.node import Node, running
from tests.e2e.words import Words

PROMOTED = "the first model of the line"
BY_KEYS = {
    "box": ["b", "1", "ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter"],
    "polygon": ["p", "ArrowUp", "Enter", "Shift+ArrowRight", "Enter", "Shift+ArrowUp", "Enter", "Enter"],
    "mask": ["d", "Shift+ArrowLeft", "Enter", "Shift+ArrowLeft", "Enter"],
}
"""The keys that draw a defect, by its kind"""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=["ja", "en"])
def installation(
    request: pytest.FixtureRequest, browser: Browser, axe: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that the administrator set up: five people, images, eight judgements and a model."""
    frontend_build.build()
    folder = tmp_path_factory.mktemp(f"journeys-{request.param}")
    with running(folder / "data") as node:
        installation = Installation(node, browser, Words(request.param), axe)
        set_up(installation, folder / "photos")
        yield installation
        for page in installation.pages.values():
            page.context.close()


@pytest.fixture(autouse=True)
def quiet(installation: Installation) -> Iterator[None]:
    """No page logs an error or breaks the security policy."""
    yield
    assert installation.trouble == []


def test_an_administrator_comes_from_nothing_to_five_people_and_a_first_model(
    installation: Installation,
) -> None:
    page, node = installation.pages["admin"], installation.node
    roles = {role["role"] for member in members(installation) for role in member["roles"]}
    assert roles == {"admin", *PEOPLE}
    with page.expect_download() as model:
        page.get_by_role("link", name=installation.words("run.download")).click()
    assert model.value.suggested_filename.endswith(".safetensors")
    (run,) = node.get("/v1/runs").json()["items"]
    assert (run["status"], run["recipe"]["method"]) == ("succeeded", "probe")
    (link,) = [word for word in node.log().split() if LINK in word]
    again = installation.open_browser("late")
    again.goto(link)
    expect(again.locator("input")).to_have_count(0)


def members(installation: Installation) -> list[dict[str, list[dict[str, str]]]]:
    found: list[dict[str, list[dict[str, str]]]] = installation.node.get("/v1/members").json()["items"]
    return found


def test_an_inspector_judges_thirty_images_draws_three_defects_and_holds_one(
    installation: Installation,
) -> None:
    page, words = installation.pages["inspector"], installation.words
    page.goto("/")
    page.get_by_role("link", name=words.like("home.unjudged")).click()
    page.get_by_role("gridcell").first.wait_for()
    change_and_undo(installation.node, page, LABELLED)
    for at, kind in enumerate(BY_KEYS):
        arrive_at(page, LABELLED + 2 * at)
        decide(page, "o")
        arrive_at(page, LABELLED + 2 * at + 1)
        draw(installation, page, kind)
    arrive_at(page, LABELLED + 2 * len(BY_KEYS))
    decide(page, "c")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("1")
    decide(page, "1", *("o", "1") * ((LEFT - 8) // 2))
    expect(page.get_by_text(words("gallery.all_judged"))).to_be_visible()
    expect(page.get_by_text(words.like("status.saved"))).to_be_visible()
    images = installation.node.images("dataset-1", order="registered")[LABELLED:]
    drawn = [[k for k in BY_KEYS if getattr(d, k)] for image in images for d in image.defects]
    assert [kinds for kinds in drawn if kinds] == [[kind] for kind in BY_KEYS]
    verdicts = [image.verdict for image in images]
    assert verdicts == ["OK", "NG"] * 3 + ["HOLD"] + ["NG"] + ["OK", "NG"] * 11
    held = images[6].annotation
    assert held and held.reason == "ui:reason_at_the_limit"
    page.goto("/")
    expect(page.get_by_text(words.like("home.held"))).to_be_visible()
    expect(page.get_by_text(words.like("home.unjudged"))).to_have_count(0)


def change_and_undo(node: Node, page: Page, number: int) -> None:
    """Judge the image OK and then NG, undo the change, and undo the judgement."""
    in_order = {"order": "registered"}
    arrive_at(page, number)
    decide(page, "o")
    arrive_at(page, number + 1)
    page.keyboard.press("ArrowLeft")
    arrive_at(page, number)
    decide(page, "n")
    node.until("dataset-1", number, in_order, verdict="NG")
    page.keyboard.press("u")
    node.until("dataset-1", number, in_order, verdict="OK")
    page.keyboard.press("u")
    node.until("dataset-1", number, in_order, verdict=None)


def arrive_at(page: Page, number: int) -> None:
    """Wait until the gallery has gone on to this image."""
    name = f"cookie-{number:02}.jpg"
    expect(page.get_by_role("complementary").get_by_role("heading", name=name)).to_be_visible()


def draw(installation: Installation, page: Page, kind: str) -> None:
    """Draw a defect on the image in focus by keys, and come back to the gallery at the next image."""
    page.keyboard.press("e")
    page.locator("[data-loaded=true]").wait_for()
    for key in BY_KEYS[kind]:
        page.keyboard.press(key)
    marks = page.get_by_role("region", name=installation.words("annotate.marks"), exact=True)
    expect(marks.get_by_role("listitem")).to_have_count(1)
    expect(marks.locator(".here")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(marks.locator(".here")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("grid").wait_for()


def test_a_qa_lead_reviews_measures_agreement_sets_a_limit_and_promotes(installation: Installation) -> None:
    page, words = installation.pages["qa_lead"], installation.words
    page.goto("/")
    page.get_by_role("link", name=words.like("home.waiting.review")).click()
    decide(page, "a")
    expect(page.get_by_role("button", name=words("review.undo"))).to_be_visible()
    decide(page, "r")
    dialog = page.get_by_role("dialog")
    fill(dialog, **{words("review.return_reason"): "look at the rim"})
    installation.button(dialog, "review.give_back").click()
    expect(dialog).to_have_count(0)
    compare_people(installation, page)
    approve_sample(installation, page)
    promote(installation, page)


def compare_people(installation: Installation, page: Page) -> None:
    """The lead and the inspector judge two images blind; they differ about one, which the lead settles."""
    words, button = installation.words, installation.button
    tabs = page.get_by_role("navigation", name=words("tabs.label"))
    tabs.get_by_role("link", name=words("tabs.agreement")).click()
    button(page, "agreement.new").first.click()
    dialog = page.get_by_role("dialog")
    fill(dialog, **{words("agreement.note"): "rim or crack?", words("agreement.images"): "2"})
    for role in ("inspector", "qa_lead"):
        dialog.get_by_role("checkbox", name=PEOPLE[role]).check()
    button(dialog, "agreement.open").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="rim or crack?")).to_be_visible()
    inspector = installation.pages["inspector"]
    inspector.goto("/")
    inspector.get_by_role("link", name=words.like("home.waiting.agreement")).click()
    for person, keys in ((page, "no"), (inspector, "nn")):
        person.get_by_role("link", name="rim or crack?").click()
        for key in keys:
            decide(person, key)
        expect(person.get_by_text(words("agreement.all_answered"))).to_be_visible()
    page.get_by_role("link", name=words("agreement.all")).click()
    button(page, "agreement.close").click()
    page.get_by_role("link", name=words("agreement.result")).click()
    expect(page.locator("caption")).to_contain_text("Cohen")
    differing = page.get_by_role("region", name=words("agreement.by_image")).get_by_role("listitem").first
    differing.get_by_role("button", name=words("agreement.settle_as", verdict="NG")).click()
    fill(dialog, **{words("review.reason"): "settled together"})
    button(dialog, "agreement.settle").click()
    expect(dialog).to_have_count(0)
    differing.get_by_role("link").click()


def approve_sample(installation: Installation, page: Page) -> None:
    words, button = installation.words, installation.button
    button(page, "standard.sample.open").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(words("standard.side.rejected"))).to_be_checked()
    fill(dialog, **{words("standard.sample.note"): "NG from here on"})
    button(dialog, "standard.sample.do").click()
    expect(page.get_by_text("NG from here on")).to_be_visible()


def promote(installation: Installation, page: Page) -> None:
    words, button = installation.words, installation.button
    tabs = page.get_by_role("navigation", name=words("tabs.label"))
    tabs.get_by_role("link", name=words("tabs.models")).click()
    page.get_by_role("button", name=words.like("models.open")).last.click()
    dialog = page.get_by_role("dialog")
    button(dialog, "models.act.promote").click()
    fill(dialog, **{words("models.reason"): PROMOTED})
    button(dialog, "models.act.promote").click()
    expect(dialog).to_contain_text(words("models.stage.in_production"))
    page.keyboard.press("Escape")
    history = page.get_by_role("row").filter(has_text=PROMOTED)
    expect(history).to_contain_text(PEOPLE["qa_lead"])


def test_an_engineer_trains_watches_compares_weighs_and_exports(installation: Installation) -> None:
    page, words, button = installation.pages["engineer"], installation.words, installation.button
    page.goto("/")
    installation.go(page, "runs")
    button(page, "train.open").click()
    dialog = page.get_by_role("dialog")
    button(dialog, "train.do").click()
    expect(page.get_by_text(words("run.stage.evaluate"))).to_be_visible()
    result = page.get_by_role("heading", name=words("result.title"), exact=True)
    expect(result).to_be_visible(timeout=TRAINED_MS)
    run = page.url
    page.keyboard.press("c")
    expect(page.get_by_text(words.like("compare.images_count"))).to_be_visible()
    page.goto(run)
    threshold = page.get_by_role("region", name=words("threshold.title"), exact=True)
    chosen = threshold.get_by_label(words("threshold.end.high"))
    before = chosen.input_value()
    chosen.press("ArrowRight")
    expect(chosen).not_to_have_value(before)
    slices = page.get_by_role("region", name=words("slices.title"), exact=True)
    slices.get_by_label(words("slices.first")).select_option(label=words("slices.by.person"))
    expect(slices.get_by_role("rowheader").first).to_have_text(words("slices.whole"))
    page.get_by_role("link", name=words("run.model"), exact=True).click()
    page.get_by_role("button", name=words.like("models.open")).first.click()
    button(dialog, "models.export").click()
    button(dialog, "export.do").click()
    link = dialog.locator("form").get_by_role("link", name=words("export.download"))
    expect(link).to_be_visible(timeout=TRAINED_MS)
    with page.expect_download() as model:
        link.click()
    assert model.value.suggested_filename.endswith(".zip")


def test_an_auditor_looks_back_checks_the_chain_and_takes_a_pack_away(
    installation: Installation, tmp_path: Path
) -> None:
    page, words, button = installation.pages["auditor"], installation.words, installation.button
    page.goto("/")
    page.get_by_role("article").filter(has_text=DATASET).get_by_role("link", name=DATASET).click()
    tabs = page.get_by_role("navigation", name=words("tabs.label"))
    tabs.get_by_role("link", name=words("tabs.versions")).click()
    version = 1 + LABELLED + LEFT
    page.get_by_label(words("versions.kind"), exact=True).select_option(label=words("event.ImageRegistered"))
    page.get_by_role("link", name=words("versions.look", version=version)).click()
    expect(page.get_by_text(words("past.as_of", version=version))).to_be_visible()
    expect(page.get_by_role("button", name=words("verdict.unlabelled"))).to_contain_text(str(LABELLED + LEFT))
    decide(page, "n")
    expect(page.locator("#status-left").get_by_text(words("past.read_only"))).to_be_visible()
    installation.go(page, "home")
    page.get_by_role("link", name=words("home.audit")).click()
    button(page, "proof.check").click()
    expect(page.get_by_text(words.like("proof.intact"))).to_be_visible()
    button(page, "proof.take").click()
    expect(page.get_by_role("row")).not_to_have_count(0)
    key = installation.node.get("/v1/proof/keys").json()["items"][0]["public"]
    with page.expect_download() as keys:
        page.get_by_role("link", name=words("proof.keys_save")).click()
    keys.value.save_as(tmp_path / "keys.txt")
    assert (tmp_path / "keys.txt").read_text().split() == [key]
    check_pack(installation, page, tmp_path / "pack.zip")


def check_pack(installation: Installation, page: Page, pack: Path) -> None:
    """Download the pack of the dataset with the report of one image, and verify it."""
    words = installation.words
    (image, *_) = installation.node.images("dataset-1", order="registered")
    page.get_by_label(words("proof.scope")).select_option(label=words("proof.dataset", name=DATASET))
    page.get_by_label(words("proof.images")).fill(image.image_id[:10])
    with page.expect_download() as download:
        installation.button(page, "proof.download").click()
    download.value.save_as(pack)
    assert verified(pack, "--keys", pack.with_name("keys.txt")).code == 0
    with zipfile.ZipFile(pack) as file:
        names = set(file.namelist())
        manifest = hashlib.sha256(file.read("manifest.json")).hexdigest()
    assert {"streams/dataset-dataset-1.jsonl", f"images/{image.image_id}", "verify_pack.py"} <= names
    expect(page.get_by_text(manifest)).to_be_visible()
