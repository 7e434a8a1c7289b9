"""`kenpin mcp` from a client of the Model Context Protocol, over stdio, to a real platform."""

import sys
from pathlib import Path

from mcp import Client as Assistant
from mcp import StdioServerParameters
from mcp_types import CallToolResult, TextContent

from functions.runtime.event import Json
from host.cli.client import Client
from host.issuer.mint import mint
from kenpin.settings import Settings
from tests.asynchronous import run
from tests.cli.conftest import kenpin
from tests.cli.test_import import Capture, client, dataset_id, put, settings

__all__ = ["client", "dataset_id", "settings"]
Question = tuple[str, dict[str, object]]


def answers(settings: Settings, actor: str, *questions: Question) -> tuple[list[str], list[CallToolResult]]:
    """Return the tools that a reader's program offers, and its answers."""
    env = {"KENPIN_URL": settings.public_url, "KENPIN_TOKEN": mint(settings, actor)}
    program = StdioServerParameters(command=sys.executable, args=["-m", "host.cli", "mcp"], env=env)

    async def ask() -> tuple[list[str], list[CallToolResult]]:
        async with Assistant(program) as assistant:
            tools = await assistant.list_tools()
            assert all(each.annotations and each.annotations.read_only_hint for each in tools.tools)
            found = [await assistant.call_tool(name, arguments) for name, arguments in questions]
            return [each.name for each in tools.tools], found

    return run(ask())


def text_of(answer: CallToolResult) -> str:
    return " ".join(each.text for each in answer.content if isinstance(each, TextContent))


def value_of(answer: CallToolResult) -> Json:
    assert not answer.is_error, text_of(answer)
    value: Json = answer.structured_content
    return value


def test_an_assistant_reads_what_its_person_may_see_and_nothing_else(
    client: Client, settings: Settings, dataset_id: str, tmp_path: Path, capsys: Capture
) -> None:
    for name, shade in (("ok/a.png", 1), ("ng/b.png", 2)):
        put(tmp_path / name, shade)
    assert kenpin("import", dataset_id, str(tmp_path)) == 0
    assert kenpin("annotate", dataset_id, "NG", "a.png", "--reason", "a crack") == 0
    version = client.head(f"dataset-{dataset_id}")
    assert kenpin("member", "grant", "reader", dataset_id, "auditor") == 0
    chain: Question = ("decision_chain", {"dataset_id": dataset_id, "image": "a.png"})
    tools, found = answers(
        settings,
        "reader",
        ("list_datasets", {}),
        ("dataset_history", {"dataset_id": dataset_id}),
        ("compare_versions", {"dataset_id": dataset_id, "before": str(version - 1), "after": str(version)}),
        chain,
        ("run_evaluation", {"run_id": "none"}),
        ("run_evaluation", {"run_id": "../proof/records"}),
    )
    assert tools == [
        *("list_datasets", "dataset_history", "compare_versions", "decision_chain", "run_evaluation")
    ]
    datasets, history, diff, decisions = map(value_of, found[:4])
    assert [each["dataset_id"] for each in datasets["result"]] == [dataset_id]
    assert history["result"][0]["reason"] == "a crack"
    assert diff["summary"]["kinds"] == {"relabelled": 1}
    assert "a crack" in str(decisions["links"])
    assert [each.is_error for each in found[4:]] == [True, True]
    assert "none" in text_of(found[4])
    assert "is no id" in text_of(found[5])
    _, (nothing, refused) = answers(settings, "stranger", ("list_datasets", {}), chain)
    assert value_of(nothing) == {"result": []}
    assert refused.is_error
