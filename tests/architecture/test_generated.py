"""Documents that are made from the code are as the code makes them now; events/ has a test of its own."""

from functions.contract import (
    asyncapi,
    browser_least_labels,
    browser_rights,
    client_schemas,
    client_sync,
    openapi,
)
from tests.architecture.checkout import ROOT


def test_the_openapi_document_is_fresh() -> None:
    stored = (ROOT / "docs" / "reference" / "openapi.json").read_text("utf-8")
    assert stored == openapi.text(), "run: make generate"


def test_the_asyncapi_document_is_fresh() -> None:
    stored = (ROOT / "docs" / "reference" / "asyncapi.json").read_text("utf-8")
    assert stored == asyncapi.text(), "run: make generate"


def test_the_rights_of_the_browser_are_fresh() -> None:
    stored = (ROOT / "frontend" / "src" / "api" / "rights.ts").read_text("utf-8")
    assert stored == browser_rights.text(), "run: make generate"


def test_the_schemas_of_the_client_are_fresh() -> None:
    stored = (ROOT / "client" / "kenpin_client" / "schemas.py").read_text("utf-8")
    assert stored == client_schemas.text(), "run: make generate"


def test_the_client_without_async_is_fresh() -> None:
    folder = ROOT / "client" / "kenpin_client"
    written = {file.name: file.read_text("utf-8") for file in (folder / "_sync").glob("*.py")}
    by_hand = {name: written[name] for name in client_sync.BY_HAND}
    assert written == client_sync.texts(folder / "_async") | by_hand, "run: make generate"


def test_the_least_labels_of_the_browser_are_fresh() -> None:
    stored = (ROOT / "frontend" / "src" / "api" / "leastLabels.ts").read_text("utf-8")
    assert stored == browser_least_labels.text(), "run: make generate"
