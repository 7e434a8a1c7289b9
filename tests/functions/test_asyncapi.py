"""The AsyncAPI document: every event is a message of its channel, and every example is valid."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from functions.contract.asyncapi import document
from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import type_of

DOCUMENT = document()
MESSAGES = DOCUMENT["components"]["messages"]


def references(part: object) -> Iterator[str]:
    match part:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for below in part.values():
                yield from references(below)
        case list():
            for below in part:
                yield from references(below)


def resolve(reference: str) -> Any:  # noqa: ANN401 (a part of JSON)
    part: Any = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def test_every_event_is_a_message_of_the_channel_of_its_aggregate() -> None:
    for category, events in EVENTS.items():
        named = [MESSAGES[name]["name"] for name in DOCUMENT["channels"][category]["messages"]]
        assert named == [type_of(event) for event in events]
    assert list(DOCUMENT["channels"]["intake"]["messages"]) == [
        "kenpin.image.captured.v1",
        "kenpin.edge.dropped.v1",
    ]
    assert list(DOCUMENT["channels"]["answers"]["messages"]) == ["kenpin.image.answered.v1"]


def test_every_reference_leads_to_a_part_of_the_document() -> None:
    found = set(references(DOCUMENT))
    assert "#/components/schemas/Defect/schema" in found
    assert all(resolve(reference) for reference in found)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_example_of_a_message_is_valid_and_one_without_data_is_not(name: str) -> None:
    message = MESSAGES[name]
    validator = Draft202012Validator(message["payload"]["schema"] | {"components": DOCUMENT["components"]})
    [example] = message["examples"]
    assert validator.is_valid(example["payload"])
    assert not validator.is_valid({**example["payload"], "data": {}} | {"type": "Other"})


def test_every_operation_is_of_a_channel() -> None:
    used = {resolve(operation["channel"]["$ref"])["address"] for operation in DOCUMENT["operations"].values()}
    assert used == {channel["address"] for channel in DOCUMENT["channels"].values()}
