"""Two projects in one installation: nothing of one leaks into the other, by id, list, time, export or file."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final, cast

from functions.rights import OF_THE_INSTALLATION
from functions.runtime.event import Json
from kenpin.bootstrap import platform
from tests.functions.bodies import captured
from tests.functions.conftest import picture, sent
from tests.functions.operations import ASKED
from tests.functions.strangers import US, as_us, without_its_names
from tests.functions.world import OURS, THEIRS, World

LISTS: Final = ("projects", "datasets", "runs", "models", "streams", "intake/rejected", "members", "tokens")


def test_a_thing_of_another_project_is_answered_like_a_missing_one(world: World) -> None:
    theirs = world.theirs
    gone = {name: "0" * len(value) for name, value in vars(theirs).items()}
    nowhere = replace(theirs, **gone)
    for operation in ASKED:
        if "<" not in operation or "<source>" in operation:
            continue
        there, not_there = world.ask(US, operation, theirs), world.ask(US, operation, nowhere)
        if "<actor>" in operation and "roles" in operation:
            continue  # of members anybody may be granted a role; the project is in the body, and walked above
        told = without_its_names(there, *vars(theirs).values(), "admin-of-" + THEIRS)
        expected = without_its_names(not_there, *gone.values(), "admin-of-" + gone["project_id"])
        status = 403 if operation in OF_THE_INSTALLATION else 404
        assert there.status == status and told == expected, operation


def test_lists_show_what_is_ours(world: World) -> None:
    for name in LISTS:
        reply = as_us(world, f"/v1/{name}")
        assert reply.status == 200 and reply.json["items"], name
        text = str(reply.json)
        for secret in (world.theirs.project_id, world.theirs.image_id, world.theirs.run_id):
            assert secret not in text, name
    assert THEIRS not in str(as_us(world, "/v1/intake").json["sources"])
    assert as_us(world, "/v1/intake").json["rejected"] == 1
    assert len(world.api.get("/v1/datasets").json["items"]) == 2


def test_a_filter_or_a_cursor_reaches_no_further(world: World) -> None:
    theirs = world.theirs
    for path in ("datasets?project_id=", "runs?project_id=", "models?project_id=", "members?project_id="):
        assert as_us(world, f"/v1/{path}{theirs.project_id}").status == 404
    assert as_us(world, f"/v1/runs?dataset_id={theirs.dataset_id}").status == 404
    assert as_us(world, f"/v1/runs?project_id={OURS}&dataset_id={theirs.dataset_id}").status == 404
    other = as_us(world, f"/v1/runs/{world.ours.run_id}/comparison?old_run={theirs.run_id}")
    assert other.status == 404 and "that you have a role for" in other.json["detail"]
    from functions.http.paging import encoded

    for list_, id in (
        ("runs", theirs.run_id),
        ("models", theirs.run_id),
        ("intake/rejected", theirs.rejected_id),
    ):
        assert as_us(world, f"/v1/{list_}?cursor={encoded(id)}").json["items"] == [], list_
    images = f"/v1/datasets/{theirs.dataset_id}/images"
    for query in (
        "",
        "?as_of=3",
        "?min_version=1",
        f"/{theirs.image_id}?as_of=3",
        f"/{theirs.image_id}/history",
    ):
        assert as_us(world, images + query).status == 404


def test_history_of_another_is_not_exported(world: World) -> None:
    for stream in (f"project-{THEIRS}", f"dataset-{world.theirs.dataset_id}", f"run-{world.theirs.run_id}"):
        for kind in ("commits", "events"):
            assert as_us(world, f"/v1/streams/{stream}/{kind}").status == 404
    # whoever has roles in several projects has them in one stream
    assert as_us(world, f"/v1/streams/member-{US}/events").status == 404
    shown = {s["stream"] for s in as_us(world, "/v1/streams").json["items"]}
    assert shown == {
        f"{kind}-{id}"
        for kind, id in (
            ("project", OURS),
            ("dataset", world.ours.dataset_id),
            ("run", world.ours.run_id),
            ("model", world.ours.run_id),
        )
    }


def test_a_run_builds_on_nothing_of_another_project(world: World) -> None:
    body = {"dataset_id": world.ours.dataset_id, "parent_model": world.theirs.model_id}
    unknown = {**body, "parent_model": "nothing-there"}
    there, not_there = as_us(world, "/v1/runs", body), as_us(world, "/v1/runs", unknown)
    assert there.status == not_there.status == 404
    assert without_its_names(there, world.theirs.model_id) == without_its_names(not_there, "nothing-there")
    both = world.api.post("/v1/runs", body)  # who may in both projects mixes them as little
    assert both.status == 404
    wanted = {"size": 1, "run_id": world.theirs.run_id}
    assert as_us(world, f"/v1/datasets/{world.ours.dataset_id}/suggestions", wanted).status == 404


def planned(world: World, digest: str) -> str | None:
    body = {"files": [{"digest": digest, "size": 9, "media_type": "image/png"}]}
    url: str | None = as_us(world, f"/v1/datasets/{world.ours.dataset_id}/uploads", body).json["uploads"][0][
        "url"
    ]
    return url


def registered(world: World, digest: str) -> Mapping[str, str]:
    body = {"images": [{"digest": digest}]}
    answer: list[Json] = as_us(world, f"/v1/datasets/{world.ours.dataset_id}/images", body).json["items"]
    return answer[0]


def test_a_plan_of_uploads_does_not_tell_what_another_holds(world: World) -> None:
    theirs, nobodys = planned(world, world.theirs.image_id), planned(world, "a" * 64)
    assert theirs is not None and nobodys is not None
    assert theirs.startswith(f"/files/uploads/{OURS}.{world.theirs.image_id}?")
    assert planned(world, world.ours.image_id) is None


def test_naming_anothers_bytes_gives_nothing(world: World) -> None:
    digest = world.theirs.image_id
    assert platform().objects.has([f"images/{digest}"])
    item, unknown = registered(world, digest), registered(world, "a" * 64)
    assert item["outcome"] == "rejected" and item["detail"] == unknown["detail"]
    body = {"annotations": [judged(world, digest)]}
    reply = as_us(world, f"/v1/datasets/{world.ours.dataset_id}/annotations", body)
    assert (reply.status, reply.json["code"]) == (404, "NoSuchMask")


def judged(world: World, mask: str) -> Json:
    defects = [{"class_id": "crack", "mask": mask}]
    return {"image_id": world.ours.image_id, "verdict": "NG", "defects": defects, "reason": "seen"}


def test_the_same_bytes_are_registered_without_a_trace_of_the_other_project(world: World) -> None:
    body = next(picture(n) for n in range(20, 30) if sha256(picture(n)).hexdigest() == world.theirs.image_id)
    sent(body, OURS)
    assert registered(world, world.theirs.image_id)["outcome"] == "registered"
    world.api.catch_up()
    shown = as_us(world, f"/v1/datasets/{world.ours.dataset_id}/images/{world.theirs.image_id}").json
    assert (shown["verdict"], shown["annotation"]) == (None, None)
    assert not platform().objects.has([f"uploads/{OURS}.{world.theirs.image_id}"])


def test_a_mask_that_was_sent_is_kept_and_may_be_drawn_again(world: World) -> None:
    mask = sent(b"a mask", OURS)
    path = f"/v1/datasets/{world.ours.dataset_id}/annotations"
    assert as_us(world, path, {"annotations": [judged(world, mask)]}).status == 201
    world.api.catch_up()
    platform().objects.expire(f"uploads/{OURS}.{mask}")
    assert as_us(world, path, {"annotations": [judged(world, mask) | {"reason": "again"}]}).status == 201


def test_an_image_of_one_dataset_may_go_into_another_of_the_project(world: World) -> None:
    as_us(world, "/v1/datasets", {"dataset_id": "second", "project_id": OURS, "name": "Second"})
    world.api.catch_up()
    body = {"images": [{"digest": world.ours.image_id}]}
    (item,) = as_us(world, "/v1/datasets/second/images", body).json["items"]
    assert item["outcome"] == "registered"


def test_an_event_for_a_dataset_of_another_project_is_answered_like_a_missing_one(world: World) -> None:
    machine = {"kenpin-actor": f"machine-of-{OURS}"}
    before = world.api.get("/v1/intake/rejected").json["items"]
    events = [captured(world.theirs.dataset_id, "a" * 64, "L1"), captured("nothing-there", "a" * 64, "L1")]
    there, not_there = cast("list[Json]", as_us(world, "/v1/intake", events, **machine).json)
    assert there["outcome"] == not_there["outcome"] == "rejected"
    assert there["detail"] == not_there["detail"]
    assert world.api.get("/v1/intake/rejected").json["items"] == before


def test_a_machine_brings_in_images_of_its_lines_alone(world: World) -> None:
    machine = {"kenpin-actor": f"machine-of-{OURS}"}
    ids = [world.api.image(70 + n, project_id=OURS) for n in range(3)]
    images = [
        {"digest": id, "capture": {"line": line} if line else {}}
        for id, line in zip(ids, ("L1", "L2", None), strict=True)
    ]
    path = f"/v1/datasets/{world.ours.dataset_id}/images"
    items = as_us(world, path, {"images": images}, **machine).json["items"]
    assert {i["digest"]: i["outcome"] for i in items} == dict(
        zip(ids, ("registered", "rejected", "rejected"), strict=True)
    )
    assert any("line L2" in i["detail"] and "images of L1" in i["detail"] for i in items)
