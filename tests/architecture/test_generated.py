"""Files that are made from the code are as the code makes them now."""

from functions import openapi
from functions.event_contract.files import drift
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import type_of
from tests.architecture.checkout import ROOT

EVENTS_REFERENCE = ROOT / "docs" / "reference" / "events.md"


def test_the_event_contract_is_fresh() -> None:
    assert drift(ROOT) == []


def test_every_event_has_a_schema_an_example_and_a_line_in_the_reference() -> None:
    names = {category: [type_of(event) for event in events] for category, events in EVENTS.items()}
    published = {path.name for path in (ROOT / "events").rglob("*.json")}
    reference = EVENTS_REFERENCE.read_text()
    for category, of_category in names.items():
        for name in of_category:
            assert any(file.startswith(f"{name}.") and "schema" in file for file in published), (
                category,
                name,
            )
            assert any(file.startswith(f"{name}.") and "example" in file for file in published), (
                category,
                name,
            )
            assert name in reference, (category, name)


def test_the_openapi_document_is_fresh() -> None:
    stored = (ROOT / "docs" / "reference" / "openapi.json").read_text()
    assert stored == openapi.text(), "run: make generate"
