"""Filling in forms."""

from playwright.sync_api import Locator, Page


def fill(page: Page | Locator, **values: str) -> None:
    """Fill in fields by their labels."""
    for label, value in values.items():
        page.get_by_label(label).fill(value)
