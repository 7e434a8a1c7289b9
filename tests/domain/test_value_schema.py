"""JSON Schema of a value that holds another one."""

import json

from pydantic import TypeAdapter

from kenpin.domain.run.values import Evaluation


def test_a_value_within_a_value_is_described_in_its_place() -> None:
    schema = TypeAdapter(Evaluation).json_schema()
    assert "$ref" not in json.dumps(schema)
    choice = schema["properties"]["choice"]["anyOf"]
    assert {"rule", "threshold", "ng"} <= set(choice[0]["properties"])
