"""`kenpin mcp`: read access for an assistant, over stdin and stdout."""

from __future__ import annotations

from host.cli.connect import connect
from host.cli.failures import Refused


def mcp() -> None:
    """Answer the questions of an assistant over stdin and stdout (Model Context Protocol), until stdin ends.

    It reads with your own rights, and writes nothing.
    """
    try:
        from host.assistant import server
    except ModuleNotFoundError as missing:
        if missing.name not in ("mcp", "mcp_types"):
            raise
        raise Refused("this needs the Model Context Protocol: pip install 'kenpin[mcp]'") from None
    server(connect()).run("stdio")
