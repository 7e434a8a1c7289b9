"""Decisions by key as a person makes them: once the picture is on screen."""

from playwright.sync_api import Page

ON_SCREEN = """() => {
    const shown = document.querySelectorAll(".stage img, .case .frame img");
    const tile = document.querySelector("[role=grid][aria-activedescendant]")?.getAttribute("aria-activedescendant");
    const pictures = shown.length ? [...shown] : [document.querySelector(`#${tile} img`)];
    const isBusy = document.querySelector("[aria-busy=true]") !== null;
    return !isBusy && pictures.every((picture) => picture?.complete && picture.naturalWidth > 0);
}"""


def decide(page: Page, *keys: str) -> None:
    """Press these keys one after another, each when the picture it is about is on screen."""
    for key in keys:
        page.wait_for_function(ON_SCREEN)
        page.keyboard.press(key)
