"""Decisions by key as a person makes them: once the picture is on screen."""

from playwright.sync_api import Page

ON_SCREEN = """() => {
    if (document.querySelector("[aria-busy=true], .refetching")) return false;
    const isLarge = document.querySelector(".picture-canvas") !== null;
    if (isLarge || new URL(location).searchParams.has("image")) return isLarge;
    const tile = document.querySelector("[role=grid][aria-activedescendant]")?.getAttribute("aria-activedescendant");
    const picture = document.querySelector(`#${tile} img`);
    return picture?.complete && picture.naturalWidth > 0;
}"""
SHAPES_DRAWN = """() => {
    const canvas = document.querySelectorAll(".picture-canvas canvas")[1];
    if (!canvas?.width) return false;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer).some(Boolean);
}"""
"""True when a mark, a region or a heatmap is drawn over the picture on the canvas."""


def decide(page: Page, *keys: str) -> None:
    """Press these keys one after another, each when the picture it is about is on screen."""
    for key in keys:
        page.wait_for_function(ON_SCREEN)
        page.keyboard.press(key)
