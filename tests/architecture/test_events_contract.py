"""events/ and its reference page say what the code says, and every example is valid by its own schema."""

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from functions.api.history.answers import RecordedEvent
from functions.contract.events.files import drift, write
from functions.contract.events.schemas import path_of
from functions.contract.events.story import EXAMPLES
from functions.intake.trigger import DropReport, Trigger
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import Event, type_of
from kenpin.domain.ids import Category

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "events").rglob("*.schema.json"))
every_schema = pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.name.partition(".")[0])
EVERY = [(category, event) for category, events in EVENTS.items() for event in events]
every_event = pytest.mark.parametrize(
    ("category", "event"), EVERY, ids=[type_of(event) for _, event in EVERY]
)


def read(path: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return document


def example_of(schema: Path) -> dict[str, object]:
    return read(schema.with_name(schema.name.replace(".schema.", ".example.")))


def test_the_contract_is_fresh() -> None:
    stale = drift(ROOT)
    assert not stale, "python -m functions.contract.events --write"


def test_drift_is_found(tmp_path: Path) -> None:
    write(tmp_path)
    assert drift(tmp_path) == []
    (tmp_path / "events/run/RunRetried.v1.schema.json").unlink()
    (tmp_path / "events/dataset/DatasetCreated.v1.example.json").write_text("{}")
    (tmp_path / "events/dataset/DatasetBurnt.v1.schema.json").write_text("{}")
    assert drift(tmp_path) == [
        "events/dataset/DatasetCreated.v1.example.json is not what the code says; write it anew",
        "events/run/RunRetried.v1.schema.json is not what the code says; write it anew",
        "events/dataset/DatasetBurnt.v1.schema.json belongs to no event; remove it",
    ]


@every_schema
def test_a_schema_is_json_schema_and_its_example_is_valid(schema: Path) -> None:
    Draft202012Validator.check_schema(read(schema))
    Draft202012Validator(read(schema)).validate(example_of(schema))


@every_schema
def test_a_schema_finds_a_field_that_is_missing(schema: Path) -> None:
    example = example_of(schema)
    del example["data"]
    with pytest.raises(ValidationError, match="'data' is a required property"):
        Draft202012Validator(read(schema)).validate(example)


@every_event
def test_every_event_has_a_schema_an_example_and_a_line_in_the_reference(
    category: Category, event: type[Event]
) -> None:
    path = path_of(category, event)
    page = (ROOT / "docs/reference/events.md").read_text(encoding="utf-8")
    assert (ROOT / "events" / f"{path}.schema.json") in SCHEMAS
    assert f"- **{type_of(event)}** v" in page


@every_event
def test_an_example_is_what_the_api_answers_and_what_the_store_decodes(
    category: Category, event: type[Event]
) -> None:
    example = read(ROOT / "events" / f"{path_of(category, event)}.example.json")
    answer = RecordedEvent.model_validate(example)
    stored = {"type": f"{answer.type}@{answer.schema_version}"} | answer.data
    assert msgspec.convert(stored, event) in EXAMPLES[category][1]


@every_event
def test_an_example_leaves_no_field_out(category: Category, event: type[Event]) -> None:
    example = RecordedEvent.model_validate(read(ROOT / "events" / f"{path_of(category, event)}.example.json"))
    assert example.data.keys() == set(event.__struct_fields__)


def test_the_trigger_examples_are_taken_in() -> None:
    Trigger.model_validate(read(ROOT / "events/triggers/image-captured.v1.example.json"))
    DropReport.model_validate(read(ROOT / "events/triggers/edge-dropped.v1.example.json"))
