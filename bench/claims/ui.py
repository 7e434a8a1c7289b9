"""The annotation canvas in a real Chromium: frame times beside Konva's, and brush strokes until they are masks."""

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

from bench.report import Figure, Report, Scale, percentile, print_progress
from host import frontend_build
from tests.e2e.chromium import ARGUMENTS, executable

WIDTH: Final = 4096
HEIGHT: Final = 3072
FRAMES: Final = 120
ROUNDS: Final[dict[Scale, int]] = {"small": 4, "full": 12}
STROKES: Final[dict[Scale, int]] = {"small": 10, "full": 40}
MOTIONS: Final = ("pan", "zoom")
FULL_SPEED: Final = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
"""A frame begins as soon as the one before is done: a screen's rhythm would hide what is faster than it."""
MOST_OF_KONVA: Final = 0.7
MOST_MS: Final = 300
NOTES: Final = [
    f"{WIDTH} × {HEIGHT} px, 500 shapes: 225 boxes, 225 polygons and 50 masks; a host of 1,280 × 800 px",
    "software rendering, no limit of the frame rate; a round is the mean of 120 frames, in turn with Konva",
    "a stroke: from its end until its runs of pixels are there and drawn",
]


def measure(scale: Scale, report: Report) -> None:
    """Full has more rounds and strokes."""
    report.notes += NOTES
    report.sizes |= {"shapes": 500, "masks": 50, "frames of a round": FRAMES}
    report.seeds |= {"shapes": 20261129, "picture": 1}
    with open_browser() as browser, open_page(browser) as page:
        for motion in MOTIONS:
            _compare(page, motion, ROUNDS[scale], report)
        _strokes(page, STROKES[scale], report)


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


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *FULL_SPEED])
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
