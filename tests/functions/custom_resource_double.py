"""A double of the server of CloudFormation that receives the answers of custom resources."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from functions.runtime.event import Json


class CloudFormationServer(HTTPServer):
    """A server that receives the answers to CloudFormation."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.answers: list[tuple[str | None, Json]] = []

    def event(self, kind: str, **more: str) -> Json:
        call = {"RequestType": kind, "ResponseURL": f"http://127.0.0.1:{self.server_port}/signed?x=1"}
        named = {"StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "Run"}
        return {**call, **named, **more}


class Listener(BaseHTTPRequestHandler):
    server: CloudFormationServer

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.answers.append((self.headers["content-type"], json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""
