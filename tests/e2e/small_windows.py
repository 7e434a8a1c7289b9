"""Small windows, and what of a page they put out of reach."""

from typing import Final

from playwright.sync_api import Page

SIZES: Final = {"small": (1024, 768), "200 %": (640, 384), "narrow": (420, 800)}
"""200 %: what is left of a window of 1,280 × 768."""
OUT_OF_REACH: Final = """() => {
    const isShown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isWithin = (x, y, box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    function isInReach(one) {
        const box = one.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        for (let place = one.parentElement; place; place = place.parentElement) {
            const { overflowX, overflowY } = getComputedStyle(place);
            if ([overflowX, overflowY].some((way) => ["auto", "scroll"].includes(way))) return true;
            if (overflowX !== "visible" && !isWithin(x, y, place.getBoundingClientRect())) return false;
        }
        return isWithin(x, y, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    }
    return [...document.querySelectorAll("a[href], button, select, input:not([type=file]), textarea")]
        .filter((one) => isShown(one) && !one.closest(".hidden, [aria-hidden=true]") && !isInReach(one))
        .map((one) => (one.getAttribute("aria-label") || one.textContent || one.name).trim().slice(0, 40));
}"""
TOO_WIDE: Final = """() => [document.documentElement, document.querySelector("main")]
    .some((one) => one.scrollWidth > one.clientWidth + 1)"""

SCROLLS_SIDEWAYS: Final = """(box) => [box, ...box.querySelectorAll("*")]
    .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => `${one.tagName} ${one.className} ${one.scrollWidth} in ${one.clientWidth}`)"""


def resized(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(100)


def out_of_reach(page: Page) -> dict[str, tuple[list[str], bool]]:
    """Return by size the controls that nobody reaches, and whether the page is wider than the window."""
    found = {}
    for size in SIZES:
        resized(page, size)
        lost, is_wide = page.evaluate(OUT_OF_REACH), page.evaluate(TOO_WIDE)
        if lost or is_wide:
            found[size] = (lost, is_wide)
    return found
