"""Documents that are made from the code are as the code makes them now; events/ has a test of its own."""

from functions.contract import browser_least_labels, browser_rights, openapi
from tests.architecture.checkout import ROOT


def test_the_openapi_document_is_fresh() -> None:
    stored = (ROOT / "docs" / "reference" / "openapi.json").read_text("utf-8")
    assert stored == openapi.text(), "run: make generate"


def test_the_rights_of_the_browser_are_fresh() -> None:
    stored = (ROOT / "frontend" / "src" / "api" / "rights.ts").read_text("utf-8")
    assert stored == browser_rights.text(), "run: make generate"


def test_the_least_labels_of_the_browser_are_fresh() -> None:
    stored = (ROOT / "frontend" / "src" / "api" / "leastLabels.ts").read_text("utf-8")
    assert stored == browser_least_labels.text(), "run: make generate"
