"""The page docs/reference/events.md, written from the docstrings of events."""

import inspect
from collections.abc import Iterator
from importlib import import_module

from msgspec import Struct
from msgspec import inspect as types

from functions.contract.events.schemas import notes, path_of
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import schema_version_of, type_of
from kenpin.domain.ids import Category
from kenpin.domain.value import Value

HEAD = """# Events

Everything that happens is an event. An event is never changed and never removed.
This page is generated from the code (`python -m functions.contract.events --write`), as is the contract in
[`events/`](../../events): a JSON Schema and an example of every event, as `GET /v1/streams/{stream}/events` gives it.
[asyncapi.json](asyncapi.json) (AsyncAPI 3.0) has all of them in one document.

The envelope, the same for all: `event_id` (`stream@version`), `stream`, `version` (1, 2, 3 … within the stream),
`type`, `schema_version`, `recorded_at` (UTC; it never decreases within the stream), `actor` (who),
`correlation_id` (which request), `causation_id` (in answer to which event), and `data` with the fields below.
A `?` marks a field that may be left out.

Readers must ignore fields they do not know. A change that old readers cannot ignore is a new `schema_version`; what
was stored under an older one is read as the current one, and the stored bytes stay as they are.
"""

TRIGGERS = """## Triggers

Factory systems send these as [CloudEvents 1.0](https://cloudevents.io) to `POST /v1/intake`, and on AWS also
to a queue, a bus or a bucket ([how](../guides/factory.md)). The same event sent twice changes nothing the second
time.

- **kenpin.image.captured.v1** ([schema](../../events/triggers/image-captured.v1.schema.json),
  [example](../../events/triggers/image-captured.v1.example.json)): the line took a picture and has uploaded it.
- **kenpin.edge.dropped.v1** ([schema](../../events/triggers/edge-dropped.v1.schema.json),
  [example](../../events/triggers/edge-dropped.v1.example.json)): the agent at the line has not sent so many pictures
  since it was set up ([sampling](../guides/edge.md#sampling)). To `POST /v1/intake` alone; a note, not history.
"""


ANSWERS = """## Answers

The agent at the line publishes these as CloudEvents 1.0 by MQTT ([results](../guides/edge.md#results)).

- **kenpin.image.answered.v1** ([schema](../../events/answers/image-answered.v1.schema.json),
  [example](../../events/answers/image-answered.v1.example.json)): the verdict on a picture that the line sent, or why
  there is none.
"""


def page() -> str:
    return "\n".join([HEAD, *map(_aggregate, EVENTS), _values(), TRIGGERS, ANSWERS])


def _aggregate(category: Category) -> str:
    about = inspect.getdoc(import_module(f"kenpin.domain.{category}"))
    return "\n".join([f"## {category}", "", f"{about}", "", *_lines(category), ""])


def _lines(category: Category) -> Iterator[str]:
    for event in EVENTS[category]:
        path = f"../../events/{path_of(category, event)}"
        links = f"[schema]({path}.schema.json), [example]({path}.example.json)"
        yield f"- **{type_of(event)}** v{schema_version_of(event)} ({links}): {_description(event)}"
        yield f"  <br>{_fields(event)}"


def _description(struct: type[Struct]) -> str:
    return " ".join((inspect.getdoc(struct) or "").split())


def _fields(struct: type[Struct]) -> str:
    field_notes = notes(struct)
    described = types.type_info(struct)
    assert isinstance(described, types.StructType)
    return " · ".join(
        f"`{field.name}`{'' if field.required else '?'}"
        + (f" ({field_notes[field.name]})" if field.name in field_notes else "")
        for field in described.fields
    )


def _values() -> str:
    lines = ["## Values", "", "Small records that stand in events.", ""]
    for value in sorted(Value.__subclasses__(), key=lambda value: value.__name__):
        lines += [
            f"- **{value.__name__}**: {_description(value)}",
            f"  <br>{_fields(value)}",
        ]
    return "\n".join([*lines, ""])
