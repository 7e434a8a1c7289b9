"""The gallery in a real Chromium at many images: first thumbnail, next image, and requests of open browsers."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from bench import kenpin_side
from bench.history import registered
from bench.load_clients import commented, photos
from bench.report import Report, Scale, percentile, print_progress, stopwatch
from host import frontend_build
from host.temporary_node import temporary_node
from tests.e2e.account import Account
from tests.e2e.chromium import ARGUMENTS, executable
from tests.e2e.node import Node

PICTURES: Final = 120
"""Images with a picture, the first of the dataset; of the others only their events are there."""
EVENTS_PER_COMMIT: Final = 500
READS: Final = 20
BROWSERS: Final = 50
MOST_REQUESTS_PER_S: Final = 50
MOST_FIRST_MS: Final = 1_000
MOST_NEXT_MS: Final = 100
VIEWPORT: Final[ViewportSize] = {"width": 1440, "height": 900}
FIRST_THUMBNAIL: Final = """() =>
    [...document.querySelectorAll("[role=gridcell] img")].some((one) => one.complete && one.naturalWidth)
    && performance.now()"""
WATCH_KEYS: Final = """() => {
    window.taken = [];
    const shown = () => {
        const isThere = document.querySelector(".viewer .stage[aria-busy=false] .picture-canvas");
        return isThere && document.querySelector(".viewer").ariaLabel;
    };
    addEventListener("keydown", () => {
        const [began, before] = [performance.now(), shown()];
        const look = () => {
            const name = shown();
            if (name && name !== before)
                requestAnimationFrame(() => window.taken.push(performance.now() - began));
            else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }, true);
}"""
NOTES: Final = [
    "a whole node on 127.0.0.1; Chromium without a window shares its cores",
    "first thumbnail: from the navigation until it is drawn, with an empty cache, in a signed-in tab",
    "next image: from the key until its picture of 640 × 480 is drawn, three keys a second",
    "requests: to the API by one open screen that nobody touches, times the number of browsers",
]


class GallerySize(Struct, frozen=True):
    images: int
    visits: int
    keys: int
    seconds: int
    """Time for which the requests of a screen are counted"""


SIZES: Final[dict[Scale, GallerySize]] = {
    "small": GallerySize(10_000, 3, 30, 20),
    "full": GallerySize(100_000, 10, 100, 60),
}


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.notes += NOTES
    report.sizes |= {"images": size.images, "visits": size.visits, "keys": size.keys, "seconds": size.seconds}
    frontend_build.build()
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        sync_playwright() as tool,
        temporary_node(Path(folder) / "node", training_workers=0) as running,
    ):
        node = Node(running.settings)
        dataset_id = _filled(node, running.database_url, Path(folder), size.images)
        _measure_reads(node, dataset_id, size.images, report)
        account = node.account("inspector", "検査 太郎")
        browser = tool.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        _measure_screens(Screens(browser, node, account, dataset_id), size, report)
        browser.close()
        account.http.close()
        node.http.close()


def _filled(node: Node, database_url: str, folder: Path, images: int) -> str:
    print_progress(f"filling a dataset of {images:,} images")
    node.open_project()
    dataset_id = node.dataset()
    [picture] = photos(1)
    files = [folder / f"cam1-{n:04}.jpg" for n in range(PICTURES)]
    for file in files:
        file.write_bytes(commented(picture, file.name))
    node.add(dataset_id, files)
    others = (registered(n) for n in range(images - PICTURES))
    kenpin_side.append_history(database_url, f"dataset-{dataset_id}", others, EVENTS_PER_COMMIT)
    while node.get(f"/v1/datasets/{dataset_id}").json()["images"] < images:
        time.sleep(0.5)
    kenpin_side.take_statistics(database_url)
    return dataset_id


class Screens:
    """Screens of a dataset, each opened by a signed-in person in a browser with an empty cache."""

    def __init__(self, browser: Browser, node: Node, account: Account, dataset_id: str) -> None:
        self._browser, self._node, self._account = browser, node, account
        self.dataset_id = dataset_id

    @contextmanager
    def opened(self, path: str) -> Iterator[Page]:
        context = self._browser.new_context(base_url=self._node.url, viewport=VIEWPORT)
        try:
            page = self._signed_in(context)
            page.goto(path)
            yield page
        finally:
            context.close()

    @contextmanager
    def gallery(self) -> Iterator[Page]:
        with self.opened(f"/datasets/{self.dataset_id}/gallery?order=registered") as page:
            yield page

    def _signed_in(self, context: BrowserContext) -> Page:
        place, tab = self._account.signed_in()
        page = context.new_page()
        names = json.dumps(place), json.dumps(tab)
        page.add_init_script("sessionStorage.getItem({0}) ?? sessionStorage.setItem({0}, {1})".format(*names))
        return page


def _measure_screens(screens: Screens, size: GallerySize, report: Report) -> None:
    print_progress("first thumbnails")
    firsts = [_first_thumbnail_ms(screens) for _ in range(size.visits)]
    report.add("first thumbnail", "ms", firsts)
    report.claim_at_most("first thumbnail, slowest, ms", max(firsts), MOST_FIRST_MS)
    print_progress("next images")
    nexts = _next_images_ms(screens, size.keys)
    report.add("next image after a key", "ms", nexts)
    report.claim_at_most("next image after a key, p95, ms", percentile(nexts, 0.95), MOST_NEXT_MS)
    for name, path in watched(screens.dataset_id).items():
        print_progress(f"requests of {name}")
        rate = BROWSERS * _requests(screens, path, size.seconds) / size.seconds
        report.add(f"{BROWSERS} browsers on {name}", "requests/s", [rate])
        report.claim_at_most(f"{BROWSERS} browsers on {name}, requests/s", rate, MOST_REQUESTS_PER_S)


def _measure_reads(node: Node, dataset_id: str, images: int, report: Report) -> None:
    """Measure what the filters and the scroll bar ask for."""
    print_progress("reads")
    dataset = f"/v1/datasets/{dataset_id}"
    for name, path in {
        "values of all filters with counts": f"{dataset}/facets",
        "images of a file name": f"{dataset}/images?limit=200&name=cam3%20{images // 2:07}",
        "images of a common word of names": f"{dataset}/images?limit=200&name=cam3",
        "a page in the middle": f"{dataset}/images?limit=200&skip={images // 2}",
        "the last page": f"{dataset}/images?limit=200&order=newest",
    }.items():
        node.get(path)
        report.add(name, "ms", [_milliseconds(node, path) for _ in range(READS)])


def _milliseconds(node: Node, path: str) -> float:
    with stopwatch() as clock:
        node.get(path)
    return clock.seconds * 1e3


def watched(dataset_id: str) -> dict[str, str]:
    return {
        "home": "/",
        "gallery": f"/datasets/{dataset_id}/gallery",
        "review": f"/datasets/{dataset_id}/review",
        "runs": "/runs",
        "intake": "/intake",
    }


def _first_thumbnail_ms(screens: Screens) -> float:
    with screens.gallery() as page:
        return float(page.wait_for_function(FIRST_THUMBNAIL).json_value())


def _next_images_ms(screens: Screens, keys: int) -> list[float]:
    with screens.gallery() as page:
        page.wait_for_function(FIRST_THUMBNAIL)
        page.keyboard.press("Enter")
        page.locator(".viewer .picture-canvas").wait_for()
        page.wait_for_timeout(1_000)
        page.evaluate(WATCH_KEYS)
        for n in range(keys):
            page.keyboard.press("ArrowRight")
            page.wait_for_function("n => window.taken.length > n", arg=n)
            page.wait_for_timeout(333)
        return [float(each) for each in page.evaluate("window.taken")]


def _requests(screens: Screens, path: str, seconds: int) -> int:
    """Count the requests of a screen, from some seconds after it was opened on."""
    asked: list[str] = []
    with screens.opened(path) as page:
        page.wait_for_timeout(5_000)
        page.on("request", lambda request: asked.append(request.url) if "/v1/" in request.url else None)
        page.wait_for_timeout(seconds * 1_000)
    return len(asked)
