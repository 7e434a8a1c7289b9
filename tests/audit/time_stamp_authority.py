"""A time-stamp authority of the tests: openssl answers the requests that come over HTTP."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
"""


class StampingAuthority:
    """`root`: the certificate to trust. `answers`: False while it is out of order."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.answers, self.url = folder, folder / "root.pem", True, ""
        (folder / "config").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "config")
        self._openssl(
            *("req", "-x509", *key, "-subj", "/CN=root of the tests", "-keyout", "root.key"),
            *("-out", "root.pem", "-addext", "basicConstraints=critical,CA:TRUE"),
            *("-addext", "subjectKeyIdentifier=hash", "-addext", "keyUsage=critical,keyCertSign"),
        )
        self._openssl("req", *key, "-subj", "/CN=stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
        self._openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "2"),
            *("-CAcreateserial", "-extfile", "config", "-extensions", "leaf", "-out", "tsa.pem"),
        )

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@contextmanager
def running(folder: Path) -> Iterator[StampingAuthority]:
    """Serve an authority whose files are in this folder."""
    authority = StampingAuthority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if authority.answers else 503)
            self.end_headers()
            self.wfile.write(authority.answer(query) if authority.answers else b"")

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield authority
        server.shutdown()
        thread.join()
