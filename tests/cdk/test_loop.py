"""The loop of the sample through the core stack as synthesised, and again with everything going wrong on the way."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from functions.runtime.event import Json
from tests.cdk.driver.faults import NoFaults, RandomFaults
from tests.cdk.loop import DATASET, JUDGED, Loop, Stacks, captured, deployed, sample

FROM_THE_LINE: Final = 12
"""Photos that a line tells of; those of the test split lie in the inbox."""
pytestmark = pytest.mark.timeout(300)
NOTHING: Final = {"ready": 0, "running": 0, "dead": 0}


@dataclass(frozen=True)
class Ending:
    """The final state, without the names and times that are new each time."""

    images: dict[str, tuple[object, ...]]
    runs: list[Any]
    models: list[Any]
    suggested: dict[str, Any]
    scores: dict[str, float]
    queue: Json
    waits_for_a_person: list[Json]


def bring_photos(loop: Loop) -> None:
    """The bytes by signed address, then the news: on the bus, in the queue, or by the object in the inbox alone."""
    line, inbox = sample()[:FROM_THE_LINE], sample()[FROM_THE_LINE:]
    told = [captured(entry, loop.upload(entry)) for entry in line]
    for event in told[:-2]:
        loop.put_on_bus(event)
    for event in told[-2:]:
        loop.send_to_queue(event)
    loop.rest()
    for entry in inbox:
        loop.store_in_inbox(entry)
    loop.rest()


def play(loop: Loop) -> Ending:
    """From an empty account to a suggestion that a person has answered."""
    loop.begin()
    bring_photos(loop)
    names = [entry.name for entry in sample()]
    images = loop.images()
    assert sorted(images) == sorted(names)
    assert loop.small_pictures() == {image["image_id"] for image in images.values()}
    loop.judge(names[:JUDGED])
    loop.judge(names[FROM_THE_LINE:])
    run_id = loop.train()
    assert loop.get("/v1/queue") == {**NOTHING, "ready": 1}
    loop.work()
    assert loop.has_model(loop.get(f"/v1/runs/{run_id}")["artifact"])
    best = loop.get(f"{DATASET}/suggestions")["items"][0]["name"]
    loop.judge([best])
    assert loop.images()[best]["suggestion"] is None
    assert loop.broken_chains() == []
    assert loop.rows() == loop.rows_of_replay()
    return ending(loop)


def ending(loop: Loop) -> Ending:
    suggestions = loop.get(f"{DATASET}/suggestions")["items"]
    return Ending(
        images={
            name: (it["verdict"], it["split"], it["excluded"], it["capture"], it["annotation"] is not None)
            for name, it in loop.images().items()
        },
        runs=[
            (it["status"], it["attempt"], it["failure"], it["evaluation"])
            for it in loop.get("/v1/runs")["items"]
        ],
        models=[(it["stage"], it["threshold"], it["evaluation"]) for it in loop.get("/v1/models")["items"]],
        suggested={it["name"]: it["suggestion"]["reason"] for it in suggestions},
        scores={it["name"]: it["suggestion"]["score"] for it in suggestions},
        queue=loop.get("/v1/queue"),
        waits_for_a_person=[
            *loop.get("/v1/dead-letters")["items"],
            *loop.get("/v1/parked")["items"],
            *loop.get("/v1/intake/rejected")["items"],
        ],
    )


@pytest.fixture(scope="module")
def undisturbed(stacks: Stacks, postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Ending:
    with deployed(stacks, NoFaults(), postgres_url, tmp_path_factory.mktemp("no_faults")) as loop:
        return play(loop)


def test_photos_of_a_line_end_as_a_model_and_suggestions(undisturbed: Ending) -> None:
    truth = {entry.name: (entry.verdict, entry.split) for entry in sample()}
    judged = {name: it for name, it in undisturbed.images.items() if it[0]}
    assert len(judged) == JUDGED + len(truth) - FROM_THE_LINE + 1
    assert all(it[:2] == truth[name] for name, it in judged.items())
    assert all(it[1] == truth[name][1] for name, it in undisturbed.images.items())
    [(status, attempt, failure, evaluation)] = undisturbed.runs
    assert (status, attempt, failure) == ("succeeded", 1, None)
    assert (evaluation["split"], evaluation["ok"], evaluation["ng"]) == ("test", 2, 2)
    assert [stage for stage, *_ in undisturbed.models] == ["candidate"]
    assert undisturbed.suggested.keys() == truth.keys() - judged.keys()
    assert set(undisturbed.suggested.values()) <= {"suspected_ng", "uncertain", "diverse", "control"}
    assert undisturbed.queue == NOTHING
    assert undisturbed.waits_for_a_person == []


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_change_nothing_but_the_time_it_takes(
    undisturbed: Ending, stacks: Stacks, postgres_url: str, tmp_path: Path, seed: int
) -> None:
    faults = RandomFaults(seed)
    with deployed(stacks, faults, postgres_url, tmp_path) as loop:
        ended = play(loop)
    assert faults.seen.keys() == RandomFaults.KINDS
    assert ended.scores == pytest.approx(undisturbed.scores)
    assert replace(ended, scores={}) == replace(undisturbed, scores={})
