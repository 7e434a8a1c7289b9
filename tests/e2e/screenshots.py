"""The command `python -m tests.e2e.screenshots [FOLDER]`: pictures of the screens with the sample.

Without a folder it takes the screens of the docs, in Japanese and dark and in English and light. With a folder it
takes all screens in both languages and both themes. It takes some minutes: the sample trains models.
"""

import json
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from functions.api.runs.answers import Run
from functions.http.answers import Page as Rows
from host import frontend_build
from tests.e2e.account import Account
from tests.e2e.chromium import ARGUMENTS, executable
from tests.e2e.node import Node, running

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
DATASET: Final = "cookies"
LOOKS: Final = (("ja", "dark"), ("en", "light"))
"""Language and theme of the pictures in the docs"""
OTHER_LOOKS: Final = (("ja", "light"), ("en", "dark"))
BROWSERS: Final = {"ja": "ja-JP", "en": "en-US"}
"""Language of the browser, whose own fields such as dates are shown in it"""
SIZE: Final[ViewportSize] = {"width": 1280, "height": 800}
TRAINED_S: Final = 900.0
"""The longest that the models of the sample may take"""
OTHERS: Final = {
    "import": f"/datasets/{DATASET}/import",
    "agreement": f"/datasets/{DATASET}/agreement",
    "readjudication": f"/datasets/{DATASET}/readjudication",
    "project": "/projects/cookies",
    "label_book": "/projects/cookies/label-book",
    "runs": "/runs",
    "intake": "/intake",
    "connect": "/intake/connect",
    "proof": "/proof",
    "tokens": "/settings/tokens",
    "webhooks": "/projects/cookies/webhooks",
}
"""Name → address of the screens that the docs do not show"""
SETTLED_MS: Final = 2_500
"""Time for pictures and figures to come after a screen is there"""


def main() -> None:
    takes_all = len(sys.argv) > 1
    folder = Path(sys.argv[1]) if takes_all else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    frontend_build.build()
    with tempfile.TemporaryDirectory() as data, running(Path(data) / "data", arguments=("--sample",)) as node:
        screens = documented(node) | (OTHERS if takes_all else {})
        person = node.account("sato.k", "佐藤 健一")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            for locale, theme in (*LOOKS, *(OTHER_LOOKS if takes_all else ())):
                suffix = f".{locale}.{theme}" if takes_all else f".{locale}"
                page = signed_in(browser, node, person, locale, theme)
                take(page, {folder / f"{name}{suffix}.webp": address for name, address in screens.items()})
                page.context.close()
            browser.close()


def documented(node: Node) -> dict[str, str]:
    """Return name → address of the screens of the docs, once the models of the sample are trained."""
    runs = {run.recipe["method"]: run.run_id for run in trained(node)}
    marked = next(image for image in node.images(DATASET) if any(each.mask for each in image.defects))
    return {
        "home": "/",
        "gallery": f"/datasets/{DATASET}/gallery",
        "annotate": f"/datasets/{DATASET}/annotate/{marked.image_id}",
        "review": f"/datasets/{DATASET}/review",
        "data": f"/datasets/{DATASET}/data",
        "health": f"/datasets/{DATASET}/health",
        "versions": f"/datasets/{DATASET}/versions",
        "models": f"/datasets/{DATASET}/models",
        "run": f"/runs/{runs['probe']}",
        "maps": f"/runs/{runs['segmentation']}",
        "members": "/settings/members",
    }


def trained(node: Node) -> list[Run]:
    deadline = time.monotonic() + TRAINED_S
    while time.monotonic() < deadline:
        found = Rows[Run].model_validate_json(node.get("/v1/runs").content).items
        if len(found) >= len(LOOKS) + 1 and all(run.status == "succeeded" for run in found):
            return found
        time.sleep(2)
    raise SystemExit("the models of the sample were not trained; see the log of the node")


def take(page: Page, screens: dict[Path, str]) -> None:
    """Take the screen of each address into its file."""
    for file, address in screens.items():
        page.goto(address)
        page.wait_for_timeout(SETTLED_MS)
        if file.name.startswith("maps."):
            show_maps(page)
        with Image.open(BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").save(file, quality=80)
        print(file)


def show_maps(page: Page) -> None:
    """Lay the heatmaps over the images of a run."""
    page.keyboard.press("v")
    page.locator("li .picture").first.scroll_into_view_if_needed()
    page.mouse.wheel(0, SIZE["height"] // 2)
    page.wait_for_timeout(SETTLED_MS)


def signed_in(browser: Browser, node: Node, person: Account, locale: str, theme: str) -> Page:
    context = browser.new_context(base_url=node.url, viewport=SIZE, locale=BROWSERS[locale])
    place, tab = map(json.dumps, person.signed_in())
    context.add_cookies([{"name": "kenpin-session", "value": person.session, "url": node.url}])
    page = context.new_page()
    page.add_init_script(
        f"localStorage.setItem('kenpin.theme', '{theme}'); localStorage.setItem('kenpin.locale', '{locale}');"
        f"sessionStorage.getItem({place}) ?? sessionStorage.setItem({place}, {tab});"
    )
    return page


if __name__ == "__main__":
    main()
