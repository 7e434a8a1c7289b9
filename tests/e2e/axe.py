"""Accessibility rules of axe, run on a page."""

import json

from playwright.sync_api import Page

RUN = """axe.run(document, {resultTypes: ["violations"]})
    .then(found => found.violations.filter(one => ["serious", "critical"].includes(one.impact)))"""


SHOW_IN = "(theme) => { document.documentElement.dataset.theme = theme; }"


def serious(page: Page, axe: str) -> list[str]:
    """Return the serious and critical findings of axe: rule and first elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate(RUN)
    return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes'][:3]])}" for v in found]


def serious_by_theme(page: Page, axe: str) -> dict[str, list[str]]:
    """Return the findings of each theme that has any. The loaded page changes its theme as its button does."""
    found = {}
    for theme in ("dark", "light"):
        page.evaluate(SHOW_IN, theme)
        if violations := serious(page, axe):
            found[theme] = violations
    return found
