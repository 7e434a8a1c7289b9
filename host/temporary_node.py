"""A node inside this process that ends with a block: for the demonstration and the bench."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host.node import Node
from kenpin.settings import Settings


@contextmanager
def temporary_node(folder: Path, **settings: int | str) -> Iterator[Node]:
    """Run a node in this folder on a free port of 127.0.0.1, kept alive by a thread; yield it once it answers."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    chosen = Settings.model_validate(
        {"data_dir": folder, "port": port, "public_url": url, "database_url": "", "oidc_issuer": ""}
        | settings
    )
    with Node(chosen) as node:
        watching = threading.Thread(target=node.watch)
        watching.start()
        try:
            while not node.is_ready():
                time.sleep(0.05)
            yield node
        finally:
            node.stop()
            watching.join()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
