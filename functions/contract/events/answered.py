"""The CloudEvent that the agent at the line publishes as the answer to a picture: its schema and an example."""

from typing import Final, get_args

from functions.runtime.event import Json
from kenpin.domain.model.verdict import ModelVerdict

TYPE: Final = "kenpin.image.answered.v1"


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _needs(state: str, *fields: str) -> Json:
    """Return the rule that an answer in this state has these fields."""
    return {"if": {"properties": {"state": {"const": state}}}, "then": {"required": [*fields]}}


ANSWER: Final[Json] = {
    "type": "object",
    "properties": {
        "source": _text("The sender of the picture; for a file of a folder the source of the station."),
        "id": _text("The picture, as its sender names it."),
        "state": {
            "enum": ["answered", "late", "rejected"],
            "description": "`late`: there was no verdict in time, and no later message follows. "
            "`rejected`: the platform does not take the picture.",
        },
        "late": {
            "type": "boolean",
            "description": "True where `late_seconds` of the station had passed.",
        },
        "verdict": {
            "enum": [*get_args(ModelVerdict)],
            "description": "`grey`: a person is to look. `unfamiliar`: the model learnt nothing like the picture.",
        },
        "score": {"type": "number"},
        "threshold": {"type": "number", "description": "Scores at or above it are NG."},
        "model_id": _text("The model in production, which judged."),
        "why": _text("The reason of a rejection."),
    },
    "required": ["source", "id", "state", "late"],
    "allOf": [_needs("answered", "verdict", "score", "threshold", "model_id"), _needs("rejected", "why")],
}
SCHEMA: Final[Json] = {
    "title": TYPE,
    "description": "The agent at the line answers about a picture that the line sent. It may come twice; `id` tells.",
    "type": "object",
    "properties": {
        "specversion": {"const": "1.0"},
        "type": {"const": TYPE},
        "source": _text("The source of the station."),
        "id": _text("The id by which the platform knows the picture."),
        "data": ANSWER,
    },
    "required": ["specversion", "type", "source", "id", "data"],
}
EXAMPLE: Final[Json] = {
    "specversion": "1.0",
    "type": TYPE,
    "source": "/plants/nagoya/mqtt",
    "id": "/plc/7 2026-11-30/0142",
    "data": {
        "source": "/plc/7",
        "id": "2026-11-30/0142",
        "state": "answered",
        "late": False,
        "verdict": "NG",
        "score": 0.93,
        "threshold": 0.41,
        "model_id": "k7q2m4xwba3c",
    },
}
