"""The page of events as Markdown, made from the AsyncAPI document: the data of each event, and its parts."""

from collections.abc import Iterator

from functions.runtime.event import Json
from host.docs_site.schemas import plain, section


def page(document: Json) -> str:
    lines = ["# Fields of events", "", plain(document["info"]["description"])]
    for name, channel in document["channels"].items():
        lines += ["", f"## Channel {name}", "", f"`{channel['address']}`: {plain(channel['description'])}"]
        lines += _messages(document, channel)
    lines += ["", "## Parts"]
    for name, part in document["components"]["schemas"].items():
        lines.append(_below(section(name, part["schema"])))
    return "\n".join(lines)


def _messages(document: Json, channel: Json) -> Iterator[str]:
    for name in channel["messages"]:
        message = document["components"]["messages"][name]
        schema = message["payload"]["schema"]
        data = schema["properties"]["data"]
        shown = schema if "$ref" in data else data
        yield _below(section(message["name"], shown | {"description": message["summary"]}))


def _below(text: str) -> str:
    """Return a section one level below that of its channel."""
    return text.replace("## ", "### ", 1)
