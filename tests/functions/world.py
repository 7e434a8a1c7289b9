"""Two factories in one installation: each with a project, a dataset, images, a run, a model; and people with roles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.member.events import Role
from kenpin.domain.model.commands import RegisterModel
from kenpin.domain.model.decider import model
from tests.functions.conftest import Api, Reply

ROLES: Final = get_args(Role)
OURS: Final = "bakery"
THEIRS: Final = "foundry"
LINES: Final = {OURS: "L1", THEIRS: "M9"}
ARTIFACT: Final = "d" * 64


@dataclass(frozen=True)
class Factory:
    """What one project has, by the words of routes."""

    project_id: str
    dataset_id: str
    image_id: str
    run_id: str
    model_id: str
    rejected_id: str
    token_id: str
    token: str

    def fill(self, path: str) -> str:
        names = {
            "<project_id>": self.project_id,
            "<class_id>": "crack",
            "<dataset_id>": self.dataset_id,
            "<image_id>": self.image_id,
            "<suggestion_id>": "none",
            "<run_id>": self.run_id,
            "<model_id>": self.model_id,
            "<stream>": f"dataset-{self.dataset_id}",
            "<rejected_id>": self.rejected_id,
            "<reader>": "gallery",
            "<source>": "jobs",
            "<letter_id>": "none",
            "<actor>": "admin-of-" + self.project_id,
            "<token_id>": self.token_id,
        }
        for name, value in names.items():
            path = path.replace(name, value)
        assert "<" not in path, path
        return path


def build(api: Api, project_id: str, colour: int) -> Factory:
    """As the first admin does it."""
    dataset_id = f"{project_id}-line"
    api.post("/v1/projects", {"project_id": project_id, "name": project_id})
    api.post(f"/v1/projects/{project_id}/defect-classes", {"class_id": "crack", "name": "Crack"})
    for role in ROLES:
        lines = (LINES[project_id],) if role == "machine" else ()
        api.grant(f"{role.replace('_', '-')}-of-{project_id}", role, project_id, lines)
    api.post("/v1/datasets", {"dataset_id": dataset_id, "project_id": project_id, "name": "Line"})
    ids = [api.image(colour + n, project_id=project_id) for n in range(4)]
    images = [{"digest": id, "capture": {"line": LINES[project_id]}} for id in ids]
    assert api.post(f"/v1/datasets/{dataset_id}/images", {"images": images}).status == 201
    judged = [{"image_id": id, "verdict": v} for id, v in zip(ids, ("OK", "OK", "NG", "NG"), strict=True)]
    api.post(f"/v1/datasets/{dataset_id}/annotations", {"annotations": judged})
    run_id = str(api.post("/v1/runs", {"dataset_id": dataset_id}).json["id"])
    _register_model(project_id, dataset_id, run_id)
    event = captured(dataset_id, "f" * 64, LINES[project_id])
    api.post("/v1/intake", [event])
    found = api.get("/v1/intake/rejected").json["items"]
    rejected = next(r for r in found if r["body"]["data"]["dataset_id"] == dataset_id)
    made = api.post(
        "/v1/tokens",
        {"label": "script", "project_id": project_id, "role": "auditor"},
        kenpin_actor=f"admin-of-{project_id}",
    )
    return Factory(
        project_id,
        dataset_id,
        ids[0],
        run_id,
        run_id,
        rejected["rejected_id"],
        made.json["token_id"],
        made.json["token"],
    )


def captured(dataset_id: str, digest: str, line: str | None) -> dict[str, object]:
    capture = {"line": line} if line else {}
    data = {"dataset_id": dataset_id, "digest": digest, "capture": capture}
    head = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": f"/{dataset_id}"}
    return {**head, "id": f"{dataset_id}-{digest[:6]}-{line}", "data": data}


def _register_model(project_id: str, dataset_id: str, run_id: str) -> None:
    command = RegisterModel(
        model_id=run_id,
        project_id=project_id,
        dataset_id=dataset_id,
        run_id=run_id,
        artifact=ARTIFACT,
        threshold=0.5,
    )
    platform().commands.execute(model, run_id, command, by=Context(actor="kenpin"))


@dataclass
class World:
    api: Api
    ours: Factory
    theirs: Factory

    def ask(self, actor: str, operation: str, factory: Factory) -> Reply:
        """With a body that is right in form, about what the factory has."""
        method, path = operation.split(" ")
        if "<rejected_id>" in path:  # it may have been dealt with by who asked before
            self.api.post("/v1/intake", body_of("POST /v1/intake", factory))
        headers = {"kenpin-actor": actor, "content-type": "application/json"}
        body = None if method == "GET" else body_of(operation, factory)
        return self.api.send(method, factory.fill(path), body, headers)


def body_of(operation: str, factory: Factory) -> object:
    """A judgement that is not there, a class that clashes: nothing changes what other questions need."""
    words = {"reason": "because"}
    image = {"image_ids": [factory.image_id]}
    _, _, last = operation.rpartition("/")
    known: dict[str, object] = {
        "projects": {"name": "New"},
        "datasets": {"project_id": factory.project_id, "name": "New"},
        "defect-classes": {"class_id": "crack", "name": "crack"},
        "products": {"product_id": "p", "name": "p"},
        "policy": {"escape_cost": 2, "overkill_cost": 1},
        "annotations": {"annotations": [{"image_id": factory.image_id, "verdict": "OK"}]},
        "withdrawals": {"images": [{"image_id": "e" * 64}]},
        "reviews": {"image_id": factory.image_id, "outcome": "accepted", **words},
        "captures": {"image_id": factory.image_id, "capture": {}, **words},
        "exclusions": image | words,
        "restorations": image,
        "splits": image | {"split": "train", "rule": "by hand"},
        "tags": {"name": "never-twice"},
        "uploads": {"files": [{"digest": "a" * 64, "size": 3, "media_type": "image/png"}]},
        "images": {"images": [{"digest": "a" * 64}]},
        "suggestions": {"size": 1},
        "dismissals": {"image_id": factory.image_id},
        "runs": {"dataset_id": factory.dataset_id},
        "promotion": {"stage": "candidate", **words},
        "threshold": {"threshold": 0.5, **words},
        "intake": [captured(factory.dataset_id, "f" * 64, LINES.get(factory.project_id))],
        "members": {"project_id": factory.project_id, "role": "inspector", "actor": "newcomer"},
        "roles": {"project_id": factory.project_id, "role": "inspector"},
        "tokens": {"label": "t", "project_id": factory.project_id, "role": "auditor"},
    }
    if operation.endswith("roles/revocation"):
        return {"project_id": factory.project_id, "role": "inspector"}
    return known.get(last, words if "reason" in _fields(operation) else {})


def _fields(operation: str) -> set[str]:
    takes_reason = ("retirement", "cancellation", "retries", "revocation")
    return {"reason"} if operation.endswith(takes_reason) else set()


@pytest.fixture
def world(api: Api) -> Iterator[World]:
    found = World(api, build(api, OURS, 10), build(api, THEIRS, 20))
    api.known |= {"nobody", "newcomer"}
    api.catch_up()
    yield found
