"""JSON Schema (2020-12) and an example of every event as the API shows it, and of factory events."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from textwrap import dedent
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from functions.api.history.answers import RecordedEvent
from functions.api.history.queries import recorded_event
from functions.contract.events import answered
from functions.contract.events.story import EXAMPLES, IMAGE_CAPTURED, PICTURES_DROPPED
from functions.intake.trigger import DropReport, Trigger
from functions.runtime.event import Json
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import Context, Event, Recorded, schema_version_of, type_of
from kenpin.domain.ids import Category, stream_of
from kenpin.domain.value import Value

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TRIGGERS: Final[Mapping[str, tuple[type[Trigger | DropReport], Json]]] = {
    "image-captured": (Trigger, IMAGE_CAPTURED),
    "edge-dropped": (DropReport, PICTURES_DROPPED),
}
"""The CloudEvents of a factory: name of the schema → model and example"""
MORNING: Final = datetime.fromisoformat("2026-03-02T08:15:00+00:00")


def documents() -> Iterator[tuple[str, Json]]:
    """Yield the path below events/ and the document of each file."""
    for category, events in EVENTS.items():
        for event in events:
            path = path_of(category, event)
            yield f"{path}.schema.json", event_schema(category, event)
            yield f"{path}.example.json", example(category, event)
    for name, (trigger, shown) in TRIGGERS.items():
        yield f"triggers/{name}.v1.schema.json", trigger_schema(name, trigger)
        yield f"triggers/{name}.v1.example.json", shown
    yield "answers/image-answered.v1.schema.json", answer_schema()
    yield "answers/image-answered.v1.example.json", answered.EXAMPLE


def path_of(category: Category, event: type[Event]) -> str:
    return f"{category}/{type_of(event)}.v{schema_version_of(event)}"


def event_schema(category: Category, event: type[Event]) -> Json:
    """Return the schema of the envelope with this event's data."""
    name, version = type_of(event), schema_version_of(event)
    _, parts = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    structs = {struct.__name__: struct for struct in (*EVENTS[category], *Value.__subclasses__())}
    described = {part: _described(schema, structs[part]) for part, schema in parts.items()}
    data = described.pop(event.__name__)
    del data["properties"]["type"]
    data["required"].remove("type")
    envelope = RecordedEvent.model_json_schema()
    envelope["properties"] |= {
        "stream": {"type": "string", "pattern": f"^{category}-"},
        "version": {"type": "integer", "minimum": 1},
        "type": {"const": name},
        "schema_version": {"const": version},
        "data": data,
    }
    title = {"title": name, "description": inspect.getdoc(event)}
    head = {"$schema": DIALECT, "$id": f"urn:kenpin:event:{category}:{name}:{version}"}
    return head | envelope | title | ({"$defs": described} if described else {})


def _described(schema: Json, struct: type[Struct]) -> Json:
    """Return the schema with the note of each field in the source."""
    for field, note in notes(struct).items():
        schema["properties"][field]["description"] = note
    return schema | {"description": inspect.getdoc(struct)}


def notes(struct: type[Struct]) -> dict[str, str]:
    """Return the docstring below each field in the source."""
    [definition] = ast.parse(dedent(inspect.getsource(struct))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(note))):
                found[name] = " ".join(note.split())
    return found


def example(category: Category, event: type[Event]) -> Json:
    """Return the event of the example story in its envelope."""
    id, story = EXAMPLES[category]
    version, fact = next((v, fact) for v, fact in enumerate(story, 1) if type(fact) is event)
    stream = stream_of(category, id)
    request = str(uuid5(NAMESPACE_URL, f"{stream}@{version}"))
    by_worker = category == "run" and version > 1
    context = Context(
        actor="worker-1" if by_worker else "inspector-7",
        correlation_id=request,
        causation_id=f"{stream}@1" if by_worker else None,
    )
    at = MORNING + timedelta(minutes=version)
    return recorded_event(Recorded(stream, version, fact, at, context, version)).model_dump(mode="json")


def trigger_schema(name: str, event: type[Trigger | DropReport]) -> Json:
    """Return the schema of a factory's CloudEvent; it may have attributes that are not named here."""
    cloud_event = {
        "time": {"type": "string", "format": "date-time", "description": "When the line sent it."},
        "datacontenttype": {"const": "application/json"},
    }
    schema = event.model_json_schema()
    schema["properties"] |= cloud_event
    return {"$schema": DIALECT, "$id": f"urn:kenpin:trigger:{name}:1"} | schema


def answer_schema() -> Json:
    """Return the schema of the CloudEvent with which the agent at the line answers."""
    return {"$schema": DIALECT, "$id": "urn:kenpin:answer:image-answered:1"} | answered.SCHEMA
