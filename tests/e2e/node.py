"""A running Kenpin for browser tests, and the people and images that a test needs in it."""

import hashlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from functions.api.history.answers import RecordedEvent, Stream
from functions.api.images.answers import Image, Registered, Uploads
from functions.http.answers import Accepted, Page
from host.issuer.mint import SYSTEM, Minting
from kenpin.settings import Settings
from tests.e2e.account import Account

SAMPLE: Final = Path(__file__).parents[2] / "host" / "sample" / "cookies"
PROJECT: Final = "bakery"
START_S: Final = 60.0
SEEN_S: Final = 15.0


@dataclass
class Node:
    """The API of the running node, as the node itself uses it, or who the headers say."""

    settings: Settings
    headers: Mapping[str, str] = field(default_factory=dict)
    http: httpx.Client = field(init=False)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        auth = None if self.headers else Minting(self.settings, SYSTEM)
        self.http = httpx.Client(base_url=self.url, headers=self.headers, auth=auth, timeout=30)

    @property
    def url(self) -> str:
        return self.settings.public_url

    def log(self) -> str:
        """Return the output of the node so far."""
        return (self.settings.data_dir.parent / "node.log").read_text()

    def account(self, actor: str, name: str) -> Account:
        """A person who can sign in."""
        account = Account(self.url, actor, name, f"{actor}@factory.example")
        invited = self.post(f"/v1/people/{actor}/invitations", {"email": account.email})
        account.accept(invited.json()["url"])
        self.post(f"/v1/members/{actor}/roles", {"project_id": "*", "role": "admin"})
        return account

    def post(self, path: str, body: object) -> httpx.Response:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer

    def get(self, path: str) -> httpx.Response:
        answer = self.http.get(path)
        assert answer.is_success, answer.text
        return answer

    def open_project(self, project_id: str = PROJECT) -> None:
        self.post("/v1/projects", {"project_id": project_id, "name": "焼菓子ライン"})
        for key, (class_id, name, name_ja) in enumerate(
            [("crack", "Crack", "割れ"), ("chip", "Chip", "欠け")], 1
        ):
            body = {"class_id": class_id, "name": name, "name_ja": name_ja, "key": key}
            self.post(f"/v1/projects/{project_id}/defect-classes", body)

    def dataset(self, ok: int = 0, ng: int = 0, split: str | None = None, project_id: str = PROJECT) -> str:
        """A new dataset with images named normal-… and anomaly-…, not judged; its id."""
        id = f"e2e-{next(self._ids)}"
        self.post("/v1/datasets", {"dataset_id": id, "project_id": project_id, "name": f"試験 {id}"})
        files = [
            f
            for kind, n in (("normal", ok), ("anomaly", ng))
            for f in sorted(SAMPLE.glob(f"t*/{kind}-*.jpg"))[:n]
        ]
        if files:
            self.add(id, files, split)
        return id

    def add(self, dataset_id: str, files: Sequence[Path], split: str | None = None) -> None:
        """Bring images into a dataset, and wait until the rows show them."""
        self._upload(dataset_id, files)
        images = [{"digest": _digest(file), "name": file.name, "split": split} for file in files]
        registered = Registered.model_validate_json(
            self.post(f"/v1/datasets/{dataset_id}/images", {"images": images}).content
        )
        self.get(f"/v1/datasets/{dataset_id}?min_version={registered.version}")

    def _upload(self, id: str, files: Sequence[Path]) -> None:
        plan = [{"digest": _digest(f), "size": f.stat().st_size, "media_type": "image/jpeg"} for f in files]
        by_digest = {_digest(file): file for file in files}
        answer = self.post(f"/v1/datasets/{id}/uploads", {"files": plan})
        for upload in Uploads.model_validate_json(answer.content).uploads:
            if upload.url:
                body = by_digest[upload.digest].read_bytes()
                sent = self.http.put(upload.url, content=body, headers={"Content-Type": "image/jpeg"})
                assert sent.is_success, sent.text

    def images(self, dataset_id: str, **filter: str) -> list[Image]:
        """Return the images as registered, from rows that show the whole history."""
        heads = self.get(f"/v1/streams?prefix=dataset-{dataset_id}&limit=1")
        [head] = Page[Stream].model_validate_json(heads.content).items
        query = {"limit": "500", "min_version": str(head.version), **filter}
        answer = self.http.get(f"/v1/datasets/{dataset_id}/images", params=query)
        assert answer.is_success, answer.text
        return Page[Image].model_validate_json(answer.content).items

    def image(self, dataset_id: str, position: int) -> Image:
        return self.images(dataset_id)[position]

    def history(self, dataset_id: str, image_id: str) -> list[RecordedEvent]:
        answer = self.get(f"/v1/datasets/{dataset_id}/images/{image_id}/history")
        return Page[RecordedEvent].model_validate_json(answer.content).items

    def judge(
        self, dataset_id: str, verdicts: dict[str, str], class_id: str | None = None, reason: str = ""
    ) -> None:
        """Judge images by id, as someone else; NG is of this class."""
        seen = [{"class_id": class_id}] if class_id else []
        annotations = [
            {"image_id": id, "verdict": verdict, "defects": seen if verdict == "NG" else [], "reason": reason}
            for id, verdict in verdicts.items()
        ]
        answer = self.post(f"/v1/datasets/{dataset_id}/annotations", {"annotations": annotations})
        version = Accepted.model_validate_json(answer.content).version
        self.get(f"/v1/datasets/{dataset_id}?min_version={version}")

    def until(
        self, dataset_id: str, position: int, filter: dict[str, str] | None = None, **wanted: object
    ) -> Image:
        """The image at this place, once it has these values. Fails when it does not get them."""
        deadline = time.monotonic() + SEEN_S
        while True:
            image = next(iter(self.images(dataset_id, **(filter or {}))[position:]), None)
            if image and all(getattr(image, name) == value for name, value in wanted.items()):
                return image
            assert time.monotonic() < deadline, f"wanted {wanted}, have {image}"
            time.sleep(0.1)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@contextmanager
def running(
    data: Path, headers: Mapping[str, str] | None = None, arguments: Sequence[str] = (), **settings: str
) -> Iterator[Node]:
    """`kenpin up` on a free port with an empty data folder; `headers` say who sets it up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "host.cli",
        "up",
        "--port",
        str(port),
        "--data-dir",
        str(data),
        *arguments,
    ]
    log = data.parent / "node.log"
    with log.open("wb") as out:
        told = {f"KENPIN_{name.upper()}": value for name, value in settings.items()}
        environment = {**os.environ, "KENPIN_PORT": str(port), **told}
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        url = f"http://127.0.0.1:{port}"
        node = Node(Settings(data_dir=data, public_url=url), headers or {})
        try:
            _wait(node, process, log)
            yield node
        finally:
            node.http.close()
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _wait(node: Node, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if node.http.get("/v1/health").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the node did not start: {log.read_text()[-2000:]}")
