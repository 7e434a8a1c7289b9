"""A double of the agent of ECS that stands beside a container."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

TASK = "arn:aws:ecs:eu-central-1:123456789012:task/Kenpin-dev/0f9de17a6465404e"


class EcsAgentServer(ThreadingHTTPServer):
    """Knows one task, and records each change of its protection."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _EcsHandler)
        self.asked: list[dict[str, Any]] = []
        self.says: tuple[int, dict[str, Any]] = (200, {"protection": {"ProtectionEnabled": True}})

    @property
    def environment(self) -> dict[str, str]:
        root = f"http://127.0.0.1:{self.server_port}"
        return {"ECS_AGENT_URI": f"{root}/api/0f9d", "ECS_CONTAINER_METADATA_URI_V4": f"{root}/v4/0f9d"}


class _EcsHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert self.path == "/v4/0f9d/task"
        self._say(200, {"Cluster": "Kenpin-dev", "TaskARN": TASK})

    def do_PUT(self) -> None:
        assert self.path == "/api/0f9d/task-protection/v1/state"
        ecs = cast(EcsAgentServer, self.server)
        ecs.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._say(*ecs.says)

    def _say(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *_: object) -> None:
        """Quiet."""
