"""Accessibility rules of axe, run on a page."""

import json

from playwright.sync_api import Page

RUN = """axe.run(document, {resultTypes: ["violations"]})
    .then(found => found.violations.filter(one => ["serious", "critical"].includes(one.impact)))"""


def serious(page: Page, axe: str) -> list[str]:
    """Return the serious and critical findings of axe: rule and first elements."""
    page.evaluate(axe)
    found = page.evaluate(RUN)
    return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes'][:3]])}" for v in found]
