"""The annotation canvas in a real Chromium: frame times beside Konva's, and brush strokes until they are stored."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import fmean
from threading import Thread
from typing import Final

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench.claims.gallery import Screens
from bench.report import Figure, Report, Scale, percentile, print_progress, stopwatch
from host import frontend_build
from host.issuer.mint import Minting
from host.temporary_node import temporary_node
from tests.e2e.chromium import ARGUMENTS, executable
from tests.e2e.node import Node

WIDTH: Final = 4096
HEIGHT: Final = 3072
FRAMES: Final = 120
ROUNDS: Final[dict[Scale, int]] = {"small": 4, "full": 12}
STROKES: Final[dict[Scale, int]] = {"small": 10, "full": 40}
MOTIONS: Final = ("pan", "zoom")
FULL_SPEED: Final = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
"""A frame begins as soon as the one before is done: a screen's rhythm would hide what is faster than it.

Stored strokes are without: the frames that nobody sees would take the cores that the node needs.
"""
LOOK_MS: Final = 20
"""Time between two looks for a stored stroke. Playwright looks in each frame by default, and so makes frames."""
MASKS: Final = 50
PAINTER: Final = "painter"
WATCH_STROKES: Final = """() => {
    window.stored = [];
    let ended = 0;
    addEventListener("pointerup", () => ended = performance.now(), true);
    new PerformanceObserver((list) => {
        for (const { name, responseEnd } of list.getEntries())
            if (name.endsWith("/annotations")) window.stored.push(responseEnd - ended);
    }).observe({ type: "resource" });
}"""
MOST_OF_KONVA: Final = 0.7
MOST_MS: Final = 300
NOTES: Final = [
    f"{WIDTH} × {HEIGHT} px, 500 shapes: 225 boxes, 225 polygons and 50 masks; a host of 1,280 × 800 px",
    "software rendering; a round is the mean of 120 frames without a limit of their rate, in turn with Konva",
    "a stroke: from its end until its runs of pixels are there and drawn",
    "a stored stroke: from its end until a node on the same machine has answered that the event is stored",
    "stored masks: 50 of 60 × 60 px, from the picture on the screen until the list of marks has their areas",
]


def measure(scale: Scale, report: Report) -> None:
    """Full has more rounds and strokes."""
    report.notes += NOTES
    report.sizes |= {"shapes": 500, "masks": 50, "frames of a round": FRAMES}
    report.seeds |= {"shapes": 20261129, "picture": 1}
    with open_browser(*FULL_SPEED) as browser, open_page(browser) as page:
        for motion in MOTIONS:
            _compare(page, motion, ROUNDS[scale], report)
        _strokes(page, STROKES[scale], report)
    with open_browser() as browser, open_node() as node:
        _stored_strokes(browser, node, STROKES[scale], report)


def _compare(page: Page, motion: str, rounds: int, report: Report) -> None:
    times: dict[str, list[list[float]]] = {"kenpin": [], "konva": []}
    for turn in range(rounds):
        print_progress(f"{motion}, round {turn + 1}")
        for name, found in times.items():
            found.append(page.evaluate("given => bench.frames(...given)", [name, motion, FRAMES]))
    own, peer = (_figures(name, motion, times[name], report) for name in times)
    report.claim_at_most(f"{motion}: frame time beside Konva's", own.median / peer.median, MOST_OF_KONVA)


def _figures(name: str, motion: str, rounds: list[list[float]], report: Report) -> Figure:
    report.add(f"{name}, {motion}, p95", "ms", [percentile(times, 0.95) for times in rounds])
    return report.add(f"{name}, {motion}, frame", "ms", [fmean(times) for times in rounds])


def _strokes(page: Page, count: int, report: Report) -> None:
    print_progress("strokes")
    times = page.evaluate("count => bench.strokes(count)", count)
    report.add("stroke until its mask is drawn", "ms", times)
    report.claim_at_most("stroke until its mask is drawn, p95 in ms", percentile(times, 0.95), MOST_MS)


def _stored_strokes(browser: Browser, node: Node, count: int, report: Report) -> None:
    """Paint on the annotate screen, on an image of 50 masks."""
    print_progress("stored strokes")
    dataset_id = node.dataset()
    account = node.account(PAINTER, "検査 花子")
    image_id = _masked_image(node, dataset_id)
    times = []
    with Screens(browser, node, account, dataset_id).opened(
        f"/datasets/{dataset_id}/annotate/{image_id}"
    ) as page:
        page.locator("[data-loaded=true]").wait_for()
        with stopwatch() as clock:
            measured = page.get_by_role("region", name="印", exact=True).get_by_role("listitem")
            measured.filter(has_text=" px").nth(MASKS - 1).wait_for()
        report.add("picture until its stored masks are there", "ms", [clock.seconds * 1e3])
        page.keyboard.press("d")
        page.evaluate(WATCH_STROKES)
        box = page.get_by_role("application").bounding_box()
        assert box is not None
        for turn in range(count):
            x, y = box["x"] + box["width"] / 2, box["y"] + 100 + 400 * turn / count
            page.mouse.move(x - 100, y)
            page.mouse.down()
            page.mouse.move(x + 100, y + 30, steps=30)
            page.mouse.up()
            stored = page.wait_for_function("n => window.stored[n]", arg=turn, polling=LOOK_MS)
            times.append(float(stored.json_value()))
    account.http.close()
    report.add("stroke until its event is stored", "ms", times)
    report.claim_at_most("stroke until its event is stored, p95 in ms", percentile(times, 0.95), MOST_MS)


def _masked_image(node: Node, dataset_id: str) -> str:
    """Add an image on which the painter has drawn 50 masks to a dataset; its id."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture.jpg"
        picture().save(file, quality=90)
        node.add(dataset_id, [file])
    image_id = node.image(dataset_id, 0).image_id
    defects = [{"class_id": "crack", "mask_runs": _square_runs(n)} for n in range(MASKS)]
    said = {"image_id": image_id, "verdict": "NG", "defects": defects}
    path = f"/v1/datasets/{dataset_id}"
    who = Minting(node.settings, PAINTER)
    answer = node.http.post(f"{path}/annotations", json={"annotations": [said]}, auth=who).raise_for_status()
    node.get(f"{path}?min_version={answer.json()['version']}")
    return image_id


def _square_runs(number: int) -> list[int]:
    """Return the runs of a square of 60 px, each number at a place of its own."""
    left, top, side = 100 + 380 * (number % 10), 100 + 600 * (number // 10), 60
    runs = [top * WIDTH + left, *(side if n % 2 == 0 else WIDTH - side for n in range(2 * side - 1))]
    return [*runs, WIDTH * HEIGHT - sum(runs)]


@contextmanager
def open_node() -> Iterator[Node]:
    """Run a node with an open project, built anew."""
    frontend_build.build()
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        temporary_node(Path(folder) / "node", training_workers=0) as running,
    ):
        node = Node(running.settings)
        node.open_project()
        yield node
        node.http.close()


@contextmanager
def open_browser(*more: str) -> Iterator[Browser]:
    """Open a browser with more arguments than tests give it."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *more])
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser) -> Iterator[Page]:
    """Open the page of the bench, built anew."""
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as address:
        frontend_build.build_bench(Path(folder))
        picture().save(Path(folder) / "picture.jpg", quality=90)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_function("window.bench")
        yield page
        page.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """A handler of files that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def picture() -> Image.Image:
    """Return a grey picture with noise, as a camera gives it."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    noise = np.random.default_rng(1).normal(0, 8, (HEIGHT, WIDTH))
    levels = 120 + 30 * np.sin(x / 90) + 20 * np.sin(y / 33) + noise
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB")
