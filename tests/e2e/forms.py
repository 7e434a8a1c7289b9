"""Filling in the forms of the issuer's pages."""

from playwright.sync_api import Page


def fill(page: Page, **values: str) -> None:
    """Fill in fields by their labels."""
    for label, value in values.items():
        page.get_by_label(label).fill(value)
