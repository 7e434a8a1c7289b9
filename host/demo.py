"""The demonstration: Kenpin suggests, true labels answer, a model learns, in rounds."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from functions.api.history.answers import Stream
from functions.api.images.answers import Image
from functions.api.members.answers import Me
from functions.api.runs.answers import Run
from functions.api.suggestions.answers import Queued, Suggestions
from host.audit.folding import differences_of
from host.cli.client import Client
from host.cli.commands.verify import check
from host.cli.failures import AnswerIsNo
from host.cli.files import LocalImage, digested
from host.importers import elpv
from host.issuer.mint import Minting
from host.issuer.trust import trust
from host.sample import photos
from host.sample.load import NoProgress, created, fill
from host.temporary_node import temporary_node
from kenpin.application.move import ProgressListener
from kenpin.bootstrap import wire
from kenpin.domain.commit import Head
from kenpin.domain.dataset.eligibility import LEAST_LABELS
from kenpin.domain.ids import Verdict
from kenpin.domain.run.values import Evaluation
from kenpin.importing.entry import Source, SourceEntry
from kenpin.settings import Settings

T = TypeVar("T")
Data = Literal["cookies", "elpv"]
Arm = Literal["suggested", "random"]
INSPECTOR: Final = "true-labels"
POLL_S: Final = 0.1
WAIT_TIMEOUT_S: Final = 1200.0


class Plan(Struct, frozen=True):
    """The settings of a demo on one set of images."""

    labels_a_round: int
    rounds: int
    arms: tuple[Arm, ...]


PLANS: Final[dict[Data, Plan]] = {
    "cookies": Plan(8, 8, ("suggested",)),
    "elpv": Plan(20, 9, ("suggested", "random")),
}


class Round(Struct, frozen=True):
    """One round: the test figures of a model trained on `labels` judgements."""

    arm: Arm
    round: int
    labels: int
    ng: int
    run_id: str
    evaluation: Evaluation
    seconds: float
    """Time from choosing the images to the evaluated model."""


class DemoResult(Struct, frozen=True):
    data: Data
    seed: int
    rounds: list[Round]
    final: dict[Arm, Evaluation]
    chain: str
    replay: str
    seconds: float


def run(
    data: Data,
    *,
    rounds: int | None,
    seed: int,
    on_round: Callable[[Round], None],
    progress: ProgressListener | None = None,
) -> DemoResult:
    """Run the demo on a temporary node. Raises NodeFailed, Unreadable and AnswerIsNo."""
    started, plan = time.monotonic(), PLANS[data]
    source = elpv.source() if data == "elpv" else photos.source()
    with tempfile.TemporaryDirectory(prefix="kenpin-demo-") as folder, temporary_node(Path(folder)) as node:
        trust(wire(node.running_settings), INSPECTOR, "admin")
        client = Client(node.address, Minting(node.settings, INSPECTOR))
        _wait_for(lambda: client.get("/me", Me).roles or None, f"the role of {INSPECTOR}")
        created(client, "/projects", photos.PROJECT)
        results: list[Round] = []
        for arm in plan.arms:
            loop = DemoLoop(client, f"{data}-{arm}", arm, plan, seed)
            for result in loop.play_all(source, rounds or plan.rounds, progress or NoProgress()):
                results.append(result)
                on_round(result)
        final = {each.arm: each.evaluation for each in results}
        chain, replay = _chain_status(client), _replay_status(client, [f"{data}-{arm}" for arm in plan.arms])
    return DemoResult(data, seed, results, final, chain, replay, time.monotonic() - started)


class DemoLoop:
    """One dataset in which the true labels are the inspector."""

    def __init__(self, client: Client, dataset_id: str, arm: Arm, plan: Plan, seed: int) -> None:
        self._client, self._dataset_id, self._arm, self._plan = client, dataset_id, arm, plan
        self._path = f"/datasets/{dataset_id}"
        self._seed, self._random = seed, random.Random(seed)
        self._true_verdicts: dict[str, Verdict] = {}
        self._verdicts: dict[str, Verdict] = {}

    def play_all(self, source: Source, rounds: int, progress: ProgressListener) -> Iterator[Round]:
        """Import the images and yield each round that had an image left to judge."""
        self.begin(source, progress)
        for number in range(1, rounds + 1):
            if (result := self.play(number)) is not None:
                yield result

    def begin(self, source: Source, progress: ProgressListener) -> None:
        """Bring all images in; only those of the test split come judged."""
        entries = [each for each in source.entries if isinstance(each, SourceEntry)]
        self._true_verdicts = {
            i.blob.digest: i.entry.verdict
            for i in digested(source.tree, entries)
            if isinstance(i, LocalImage) and i.entry.verdict and i.entry.split != "test"
        }
        unjudged = replace(source, entries=list(photos.with_judged(source.entries, 0)))
        fill(self._client, self._dataset_id, self._dataset_id, unjudged, progress)

    def play(self, number: int) -> Round | None:
        """Play one round: choose images, judge, train, measure; None when no image is left."""
        started = time.monotonic()
        if not self._judge_batch(number):
            return None
        while not self._can_train() and self._judge_batch(number):
            pass  # the first images may nearly all have one verdict: judge more before training
        run = self._train()
        assert run.evaluation is not None
        ng = self._verdict_count("NG")
        seconds = time.monotonic() - started
        return Round(self._arm, number, len(self._verdicts), ng, run.run_id, run.evaluation, seconds)

    def _judge_batch(self, number: int) -> bool:
        """Judge one batch; False when no image is left."""
        unlabelled = list(self._client.images(self._dataset_id, verdict="unlabelled"))
        if not unlabelled:
            return False
        images = self._suggested(number) if self._arm == "suggested" else self._random_ones(unlabelled)
        if images:
            self._judge(images)
        return bool(images)

    def _can_train(self) -> bool:
        ok, ng = LEAST_LABELS["probe"]
        return self._verdict_count("OK") >= ok and self._verdict_count("NG") >= ng

    def _verdict_count(self, verdict: Verdict) -> int:
        return sum(each == verdict for each in self._verdicts.values())

    def _suggested(self, number: int) -> list[Image]:
        body = {"size": self._plan.labels_a_round, "seed": self._seed + number}
        queued = self._client.ask(f"{self._path}/suggestions", body, Queued)
        return _wait_for(
            lambda: self._current_suggestion(queued.suggestion_id), f"suggestion {queued.suggestion_id}"
        )

    def _current_suggestion(self, suggestion_id: str) -> list[Image] | None:
        current = self._client.get(f"{self._path}/suggestions", Suggestions)
        return current.items if current.suggestion_id == suggestion_id else None

    def _random_ones(self, unlabelled: list[Image]) -> list[Image]:
        """Return random images, the baseline for the suggestions."""
        by_id = {image.image_id: image for image in unlabelled}
        chosen = self._random.sample(sorted(by_id), min(self._plan.labels_a_round, len(by_id)))
        return [by_id[id] for id in chosen]

    def _judge(self, images: list[Image]) -> None:
        labels = {image.image_id: self._true_verdicts[image.image_id] for image in images}
        judged = [
            {"image_id": i.image_id, "verdict": labels[i.image_id], "revision": i.revision} for i in images
        ]
        version = self._client.post(f"{self._path}/annotations", {"annotations": judged}).version
        self._client.caught_up(self._dataset_id, version)
        self._verdicts |= labels

    def _train(self) -> Run:
        run_id = self._client.post("/runs", {"dataset_id": self._dataset_id, "seed": self._seed}).id
        run = _wait_for(lambda: self._ended_run(run_id), f"run {run_id}")
        if run.status != "succeeded":
            raise AnswerIsNo(
                f"run {run_id} {run.status}: {run.failure.reason if run.failure else 'no reason'}"
            )
        return run

    def _ended_run(self, run_id: str) -> Run | None:
        run = self._client.get(f"/runs/{run_id}", Run, min_version=1)
        return run if run.status in ("succeeded", "failed", "cancelled") else None


def _wait_for(poll: Callable[[], T | None], subject: str) -> T:
    deadline = time.monotonic() + WAIT_TIMEOUT_S
    while time.monotonic() < deadline:
        if (answer := poll()) is not None:
            return answer
        time.sleep(POLL_S)
    raise AnswerIsNo(f"{subject} has not come after {WAIT_TIMEOUT_S:.0f} s")


def _chain_status(client: Client) -> str:
    """Hash every stream again from its genesis; return `verified`, or the first findings."""
    streams = client.items("/streams", Stream)
    heads = [Head(each.stream, each.version, bytes.fromhex(each.hash)) for each in streams]
    findings = [finding for head in heads for finding in check(client, head, Settings().tenant)]
    return "verified" if heads and not findings else f"broken: {findings[:3]}"


def _replay_status(client: Client, dataset_ids: list[str]) -> str:
    """Fold every dataset and compare it with its rows; return `identical`, or the first differences."""
    differences = [difference for id in dataset_ids for difference in differences_of(client, id)]
    return "different: " + "; ".join(differences[:3]) if differences else "identical"
