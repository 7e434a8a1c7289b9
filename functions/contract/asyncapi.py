"""The AsyncAPI 3.0 document of all events: `python -m functions.contract.asyncapi docs/reference/asyncapi.json`."""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from functions.contract.events import answered
from functions.contract.events.schemas import TRIGGERS, answer_schema, event_schema, example, trigger_schema
from functions.runtime.event import Json
from kenpin import __version__
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import schema_version_of, type_of
from kenpin.domain.ids import Category

FORMAT: Final = "application/schema+json;version=draft-2020-12"
MQTT: Final[Json] = {"mqtt": {"qos": 1, "retain": False, "bindingVersion": "0.2.0"}}
ABOUT: Final = (
    "Programs read events with GET /v1/streams/{stream}/events, in pages, each event once and in order. "
    "Readers must ignore fields they do not know."
)


def document() -> Json:
    """Return the document: a channel for the streams of each aggregate, and two for events of the line."""
    messages: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    for category, events in EVENTS.items():
        for event in events:
            messages[f"{category}.{type_of(event)}.v{schema_version_of(event)}"] = _message(
                event_schema(category, event), example(category, event), schemas
            )
    for name, (model, shown) in TRIGGERS.items():
        type = shown["type"]
        messages[type] = _message(trigger_schema(name, model) | {"title": type}, shown, schemas)
    messages[answered.TYPE] = _message(answer_schema(), answered.EXAMPLE, schemas)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Kenpin", "version": __version__, "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": dict(_channels(messages)),
        "operations": {
            **{f"read-{category}": _operation("send", category, _http("GET")) for category in EVENTS},
            "send-event": _operation("receive", "intake", _http("POST")),
            "publish-answer": _operation("send", "answers", MQTT),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(schema: Json, example: Json, schemas: dict[str, Json]) -> Json:
    """Return the message of an event. Its parts go to `schemas`, as references begin at the document."""
    text = re.sub(r'"#/\$defs/(\w+)"', r'"#/components/schemas/\1/schema"', json.dumps(schema))
    payload: Json = {key: part for key, part in json.loads(text).items() if key not in ("$schema", "$id")}
    for name, part in payload.pop("$defs", {}).items():
        if schemas.setdefault(name, {"schemaFormat": FORMAT, "schema": part})["schema"] != part:
            raise ValueError(f"two schemas are named {name}")
    return {
        "name": schema["title"],
        "summary": " ".join(schema.get("description", "").split()),
        "payload": {"schemaFormat": FORMAT, "schema": payload},
        "examples": [{"payload": example}],
    }


def _channels(messages: Json) -> Iterator[tuple[str, Json]]:
    for category in EVENTS:
        id = {"description": f"The id of the {category}."}
        yield (
            category,
            {
                "address": f"/v1/streams/{category}-{{id}}/events",
                "description": _about(category),
                "parameters": {"id": id},
                "messages": _references(name for name in messages if name.startswith(f"{category}.")),
            },
        )
    yield (
        "intake",
        {
            "address": "/v1/intake",
            "description": "CloudEvents 1.0 of the line. On AWS a queue, a bus and a bucket take them, too.",
            "messages": _references(shown["type"] for _, shown in TRIGGERS.values()),
        },
    )

    yield (
        "answers",
        {
            "address": "{results}",
            "description": "CloudEvents 1.0 that the agent at the line publishes at a broker, one for each picture.",
            "parameters": {"results": {"description": "The topic `results` of the station."}},
            "messages": _references(iter([answered.TYPE])),
        },
    )


def _about(category: Category) -> str:
    return inspect.getdoc(import_module(f"kenpin.domain.{category}")) or ""


def _references(names: Iterator[str]) -> Json:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operation(action: str, channel: str, bindings: Json) -> Json:
    """Return what Kenpin does with the messages of a channel."""
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "bindings": bindings}


def _http(method: str) -> Json:
    return {"http": {"method": method, "bindingVersion": "0.3.0"}}


def text() -> str:
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
