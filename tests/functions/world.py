"""Two factories in one installation: each with a project, a dataset, images, a run, a model; and people with roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.decider import dataset as dataset_decider
from kenpin.domain.dataset.values import BorderCase, Cause
from kenpin.domain.event import Context
from kenpin.domain.member.events import Role
from kenpin.domain.model.commands import RegisterModel
from kenpin.domain.model.decider import model
from tests.functions.bodies import (
    OF_THE_HEAD,
    QUERIES,
    WEBHOOK,
    body_of,
    captured,
    field_return,
    sample,
    task,
)

if TYPE_CHECKING:
    from tests.functions.conftest import Api, ApiReply

ROLES: Final = get_args(Role)
OURS: Final = "bakery"
THEIRS: Final = "foundry"
LINES: Final = {OURS: "L1", THEIRS: "M9"}
ARTIFACT: Final = "d" * 64


@dataclass(frozen=True)
class Factory:
    """The ids of one project, by the parameter names of routes."""

    project_id: str
    dataset_id: str
    image_id: str
    run_id: str
    model_id: str
    rejected_id: str
    token_id: str
    token: str
    task_id: str
    readjudication_id: str
    sample_id: str
    return_id: str
    export_id: str
    webhook_id: str

    @property
    def line(self) -> str | None:
        return LINES.get(self.project_id)

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
            "<task_id>": self.task_id,
            "<readjudication_id>": self.readjudication_id,
            "<sample_id>": self.sample_id,
            "<return_id>": self.return_id,
            "<export_id>": self.export_id,
            "<inspection_id>": "i1",
            "<pack_id>": "none",
            "<webhook_id>": self.webhook_id,
            "<delivery_id>": "1",
        }
        for name, value in names.items():
            path = path.replace(name, value)
        assert "<" not in path, path
        return path


def build(api: Api, project_id: str, colour: int) -> Factory:
    """Build the factory as the first admin."""
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
    factory = Factory(
        project_id=project_id,
        dataset_id=dataset_id,
        image_id=ids[0],
        run_id=run_id,
        model_id=run_id,
        rejected_id=rejected["rejected_id"],
        token_id=made.json["token_id"],
        token=made.json["token"],
        task_id=f"task-of-{project_id}",
        readjudication_id=f"readjudication-of-{project_id}",
        sample_id=f"sample-of-{project_id}",
        return_id=f"return-of-{project_id}",
        export_id=api.post(f"/v1/datasets/{dataset_id}/exports", {"format": "csv"}).json["export_id"],
        webhook_id=api.post(f"/v1/projects/{project_id}/webhooks", WEBHOOK).json["id"],
    )
    _add_standard(api, factory)
    return factory


def _add_standard(api: Api, factory: Factory) -> None:
    """A limit sample, an agreement task, a field return, and old decisions to be looked at again."""
    dataset = f"/v1/datasets/{factory.dataset_id}"
    for path, body in (
        (
            f"/v1/projects/{factory.project_id}/limit-samples",
            sample(factory) | {"sample_id": factory.sample_id},
        ),
        (f"{dataset}/agreement-tasks", task(factory) | {"task_id": factory.task_id}),
        (f"{dataset}/field-returns", field_return(factory) | {"return_id": factory.return_id}),
    ):
        assert api.post(path, body).status == 201
    command = RequestReadjudication(
        readjudication_id=factory.readjudication_id,
        cause=Cause("asked", "", by="kenpin"),
        class_id="crack",
        label_book_revision=1,
        items=(BorderCase(factory.image_id, "class_revised", distance=0.1),),
    )
    platform().commands.execute(dataset_decider, factory.dataset_id, command, by=Context(actor="kenpin"))


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

    def ask(self, actor: str, operation: str, factory: Factory) -> ApiReply:
        """With a body that is right in form, about what the factory has."""
        method, path = operation.split(" ")
        query = QUERIES.get(operation, "")
        if path.removesuffix("/preview").endswith(OF_THE_HEAD):
            self.api.catch_up()
        if "<rejected_id>" in path:  # it may have been dealt with by who asked before
            self.api.post("/v1/intake", body_of("POST /v1/intake", factory))
        headers = {"kenpin-actor": actor, "content-type": "application/json"}
        body = None if method == "GET" else body_of(operation, factory)
        return self.api.send(method, factory.fill(f"{path}?{query}"), body, headers)


def build_world(api: Api) -> World:
    world = World(api, build(api, OURS, 10), build(api, THEIRS, 20))
    api.known |= {"nobody", "newcomer"}
    api.catch_up()
    return world
