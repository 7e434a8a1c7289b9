"""kill -9 at any moment, of any process: what was acknowledged is there, once, and everything goes on."""

import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from io import BytesIO

import httpx
import pytest
from PIL import Image

from functions.api.images.answers import Registered, Uploads
from functions.http.answers import Accepted
from host.cli.app import main
from host.cli.client import Client
from tests.blobs import blob_of
from tests.host.inspectors import Inspector, judgements_in_history
from tests.host.running import RunningNode, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
CAN_TRAIN = all(importlib.util.find_spec(name) for name in ("kenpin_training.job", "keras"))
SEED = 20
MORE = 3
"""judgements that each inspector must get acknowledged after a death, as proof of life"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    folder = tmp_path_factory.mktemp("survival") / "data"
    with RunningNode(folder, http_workers=2, training_workers=int(CAN_TRAIN), visibility_seconds=3) as node:
        yield node
        assert not node.is_running() or node.stop(signal.SIGINT) == 0


@pytest.fixture(scope="module")
def images(node: RunningNode) -> list[str]:
    """The dataset `cookies`: eight small pictures, every second with a dark spot."""
    client = Client(node.url, node.auth)
    client.post("/projects", {"project_id": "cookies", "name": "Cookies"})
    client.post("/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
    files = {sha256(content).hexdigest(): content for content in map(cookie, range(8))}
    sizes = [{"digest": id, "size": len(body), "media_type": "image/png"} for id, body in files.items()]
    for upload in client.ask("/datasets/cookies/uploads", {"files": sizes}, Uploads).uploads:
        client.upload(str(upload.url), blob_of(files[upload.digest], "image/png"))
    arrived = [{"digest": id, "name": "cookie.png"} for id in files]
    version = client.ask("/datasets/cookies/images", {"images": arrived}, Registered).version
    client.caught_up("cookies", version)
    return list(files)


def cookie(n: int) -> bytes:
    out, picture = BytesIO(), Image.new("RGB", (96, 96), (180 + n, 140, 90))
    if n % 2:
        picture.paste((20, 10, 10), (30, 30, 50 + n, 60))
    picture.save(out, "PNG")
    return out.getvalue()


def kill_one(node: RunningNode, chance: random.Random, *words: str) -> None:
    wait_until(lambda: bool(node.processes(*words)), f"{words} runs")
    os.kill(chance.choice(node.processes(*words)), signal.SIGKILL)


def kill_supervisor(node: RunningNode) -> None:
    """And start it again at once, while its children are still noticing."""
    before = set(node.processes())
    node.kill()
    node.start()
    wait_until(lambda: not before & set(node.processes()), "the processes of the killed node are gone", 10)


def deaths(node: RunningNode, chance: random.Random) -> list[tuple[str, Callable[[], None]]]:
    every = [
        ("an HTTP worker", lambda: kill_one(node, chance, "host.http")),
        ("the projector", lambda: kill_one(node, chance, "host.projector")),
        ("PostgreSQL", lambda: os.kill(node.postmaster(), signal.SIGKILL)),
        ("the supervisor", lambda: kill_supervisor(node)),
    ] * 2
    return chance.sample(every, len(every))


def kenpin(node: RunningNode, *arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setenv("KENPIN_URL", node.url)
        patch.setenv("KENPIN_TOKEN", node.token)
        main([*arguments])
    return int(ended.value.code or 0)


def assert_nothing_is_lost(node: RunningNode, inspectors: list[Inspector]) -> None:
    answered = {reason: v for each in inspectors for reason, v in dict(each.acknowledged).items()}
    versions, times = judgements_in_history(node.http)
    assert {reason: versions.get(reason) for reason in answered} == answered
    assert [reason for reason, n in times.items() if n > 1] == []
    assert [each.unexpected for each in inspectors if each.unexpected] == []
    assert kenpin(node, "verify") == 0
    assert kenpin(node, "replay", "cookies") == 0


@pytest.mark.timeout(300)  # eight deaths, and all of history is read after each
def test_whatever_dies_no_acknowledged_judgement_is_lost_or_doubled(
    node: RunningNode, images: list[str]
) -> None:
    chance = random.Random(SEED)
    inspectors = [Inspector(node, images, seed) for seed in range(2)]
    for each in inspectors:
        each.start()
    try:
        for who, dies in deaths(node, chance):
            time.sleep(chance.uniform(0.05, 0.6))
            dies()
            before = {each: len(each.acknowledged) for each in inspectors}
            for each, count in before.items():
                wait_until(
                    lambda each=each, count=count: len(each.acknowledged) >= count + MORE,  # type: ignore[misc]
                    f"{each.name} goes on after the death of {who} {each.unexpected}",
                )
            assert_nothing_is_lost(node, inspectors)
    finally:
        for each in inspectors:
            each.finish()
    assert_nothing_is_lost(node, inspectors)


def judge(client: Client, images: list[str]) -> None:
    verdicts = [{"image_id": id, "verdict": "NG" if n % 2 else "OK"} for n, id in enumerate(images)]
    version = client.post("/datasets/cookies/annotations", {"annotations": verdicts}).version
    client.caught_up("cookies", version)


@pytest.mark.timeout(300)  # three attempts, each of which imports TensorFlow
@pytest.mark.skipif(not CAN_TRAIN, reason="needs the training package")
def test_a_run_whose_process_worker_and_database_die_ends_well(node: RunningNode, images: list[str]) -> None:
    chance, client = random.Random(SEED), Client(node.url, node.auth)
    judge(client, images)
    asked = {"dataset_id": "cookies", "recipe": {"image_size": 96}}
    run_id = client.ask("/runs", asked, Accepted).id

    def shows(**wanted: object) -> bool:
        with suppress(httpx.TransportError):
            run = node.http.get(f"/v1/runs/{run_id}").json()
            return {name: run.get(name) for name in wanted} == wanted
        return False

    wait_until(lambda: shows(attempt=1, status="running"), "the first attempt is under way")
    kill_one(node, chance, "kenpin_training", "job")
    wait_until(lambda: shows(attempt=2, status="running"), "the second attempt is under way")
    kill_one(node, chance, "kenpin_training", "")
    wait_until(lambda: shows(attempt=3, status="running"), "the third attempt is under way")
    os.kill(node.postmaster(), signal.SIGKILL)
    wait_until(lambda: shows(attempt=3, status="succeeded"), "the run ends well", timeout_s=120)
    assert kenpin(node, "verify") == 0
