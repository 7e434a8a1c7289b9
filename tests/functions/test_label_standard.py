"""The label standard through the API: the book as of a revision, differences, limit samples."""

from kenpin.bootstrap import platform
from kenpin.ports import Delivery
from tests.functions.conftest import Api

PROJECT = "/v1/projects/cookies"
BOOK = f"{PROJECT}/label-book"
SAMPLES = f"{PROJECT}/limit-samples"
RULE = {"counts": "an open line", "counts_not": "a fold of the dough", "limits": "longer than 5 mm"}


def revise(api: Api, class_id: str = "cracked", **changes: object) -> int:
    reply = api.post(f"{PROJECT}/defect-classes", {"class_id": class_id, "name": class_id} | changes)
    assert reply.status == 201, reply.json
    return int(reply.json["version"])


def approve(api: Api, image_id: str, sample_id: str = "s1", **changes: object) -> None:
    body = {
        "sample_id": sample_id,
        "dataset_id": "cookies",
        "image_id": image_id,
        "class_id": "cracked",
        "side": "rejected",
    }
    reply = api.post(SAMPLES, body | changes, kenpin_actor="qa-lead")
    assert reply.status == 201, reply.json


def test_the_book_shows_rules_examples_and_samples(api: Api, cookies: list[str]) -> None:
    shown = [{"dataset_id": "cookies", "image_id": cookies[0], "note": "7 mm"}]
    revise(api, rule=RULE, examples=shown)
    api.post(BOOK, {"rules": "In doubt: hold.", "reason": "agreed in March"}, "PUT")
    approve(api, cookies[1], note="5.2 mm", valid_until="2999-03-31")
    book = api.get(BOOK).json
    assert (book["revision"], book["rules"]) == (4, "In doubt: hold.")
    (cracked,) = book["classes"]
    assert {k: cracked["rule"][k] for k in RULE} == RULE
    assert cracked["examples"][0]["note"] == "7 mm" and cookies[0] in cracked["examples"][0]["image_url"]
    (sample,) = cracked["samples"]
    assert (sample["status"], sample["approved_by"], sample["side"]) == ("valid", "qa-lead", "rejected")
    assert api.get(PROJECT).json["label_book_revision"] == 4


def test_the_book_as_of_a_revision_and_a_version_is_as_it_was(api: Api, cookies: list[str]) -> None:
    version = revise(api, rule=RULE)
    approve(api, cookies[1])
    revise(api, rule=RULE | {"limits": "longer than 6 mm"})
    api.post(f"{SAMPLES}/s1/withdrawal", {"reason": "faded"})
    for query in ("revision=2", f"as_of={version}"):
        book = api.get(f"{BOOK}?{query}").json
        (cracked,) = book["classes"]
        assert (book["revision"], book["as_of"]) == (2, version)
        assert (cracked["rule"]["limits"], cracked["samples"]) == ("longer than 5 mm", [])
    third = api.get(f"{BOOK}?revision=3").json["classes"][0]["samples"]
    assert [(s["sample_id"], s["status"]) for s in third] == [("s1", "valid")]
    assert api.get(f"{BOOK}?revision=0").json["classes"] == []
    assert api.get(f"{BOOK}?revision=9").status == 404
    assert api.get(f"{BOOK}?revision=1&as_of=1").status == 400


def test_the_history_says_who_moved_the_standard_and_why(api: Api, cookies: list[str]) -> None:
    approve(api, cookies[0])
    api.post(f"{SAMPLES}/s1/withdrawal", {"reason": "faded"}, kenpin_actor="qa-lead")
    api.post(f"{PROJECT}/defect-classes/cracked/retirement", {"reason": "split in two"})
    page = api.get(f"{BOOK}/revisions?limit=3").json
    told = [(r["revision"], r["what"], r["class_id"], r["sample_id"], r["reason"]) for r in page["items"]]
    assert told == [
        (4, "DefectClassRetired", "cracked", None, "split in two"),
        (3, "LimitSampleWithdrawn", "cracked", "s1", "faded"),
        (2, "LimitSampleApproved", "cracked", "s1", ""),
    ]
    assert page["items"][1]["by"] == "qa-lead"
    (first,) = api.get(f"{BOOK}/revisions?cursor={page['next_cursor']}").json["items"]
    assert (first["revision"], first["what"]) == (1, "DefectClassDefined")


def test_a_difference_names_classes_fields_and_samples(api: Api, cookies: list[str]) -> None:
    revise(api, rule=RULE, key=1)
    revise(api, "rim-crack")
    approve(api, cookies[0])
    api.post(f"{PROJECT}/defect-classes/cracked/retirement", {"reason": "split in two"})
    diff = api.get(f"{BOOK}/diff?before=1").json
    assert (diff["before"], diff["after"], diff["rules"]) == (1, 5, None)
    changed = {c["class_id"]: (c["change"], [f["field"] for f in c["fields"]]) for c in diff["classes"]}
    assert changed == {"cracked": ("retired", ["rule", "retired"]), "rim-crack": ("added", ["name"])}
    assert [(s["sample_id"], s["change"]) for s in diff["samples"]] == [("s1", "approved")]
    newest = api.get(f"{BOOK}/diff").json
    assert (newest["before"], newest["after"]) == (4, 5)
    assert [f["field"] for f in newest["classes"][0]["fields"]] == ["retired"]


def test_a_sample_must_be_an_image_of_the_project_that_takes_part(api: Api, cookies: list[str]) -> None:
    api.post("/v1/projects", {"project_id": "other", "name": "Other"})
    api.post("/v1/projects/other/defect-classes", {"class_id": "cracked", "name": "cracked"})
    body = {"dataset_id": "cookies", "class_id": "cracked", "side": "accepted"}
    elsewhere = api.post("/v1/projects/other/limit-samples", body | {"image_id": cookies[0]})
    assert elsewhere.status == 404 and "no dataset cookies" in elsewhere.json["detail"]
    assert api.post(SAMPLES, body | {"image_id": "e" * 64}).json["code"] == "UnknownImage"
    api.post("/v1/datasets/cookies/exclusions", {"image_ids": [cookies[0]], "reason": "blurred"})
    assert api.post(SAMPLES, body | {"image_id": cookies[0]}).json["code"] == "ImageIsExcluded"
    example = [{"dataset_id": "cookies", "image_id": "e" * 64}]
    reply = api.post(f"{PROJECT}/defect-classes", {"class_id": "dent", "name": "dent", "examples": example})
    assert reply.json["code"] == "UnknownImage"


def test_a_sample_expires_and_is_shown_as_such(api: Api, cookies: list[str]) -> None:
    late = {"dataset_id": "cookies", "image_id": cookies[0], "class_id": "cracked", "side": "accepted"}
    refused = api.post(SAMPLES, late | {"valid_until": "2020-01-01"})
    assert refused.status == 400 and "has passed" in refused.json["detail"]
    approve(api, cookies[0], valid_until="2999-01-01")
    with platform().database.transaction() as sql:
        sql.execute("update limit_sample set valid_until = '2020-01-01'")  # as if years had passed
    (shown,) = api.get(f"{SAMPLES}?class_id=cracked").json["items"]
    assert shown["status"] == "expired"
    assert api.get(f"{SAMPLES}?class_id=dent").json["items"] == []


def test_a_retired_class_takes_no_judgement_and_says_why(api: Api, cookies: list[str]) -> None:
    api.post(f"{PROJECT}/defect-classes/cracked/retirement", {"reason": "split in two"})
    judged = {"image_id": cookies[0], "verdict": "NG", "defects": [{"class_id": "cracked"}]}
    reply = api.post("/v1/datasets/cookies/annotations", {"annotations": [judged]})
    assert (reply.status, reply.json["code"]) == (409, "ClassIsRetired")
    assert "class cracked is retired (split in two); choose a class" in reply.json["detail"]


def waiting() -> list[Delivery]:
    found = []
    while delivery := platform().jobs.receive(60):
        found.append(delivery)
        platform().jobs.done(delivery)
    return found


def test_whatever_moves_the_standard_asks_every_dataset_of_the_project(everywhere: Api) -> None:
    api = everywhere
    for project in ("cookies", "other"):
        api.post("/v1/projects", {"project_id": project, "name": project})
        api.post(f"/v1/projects/{project}/defect-classes", {"class_id": "cracked", "name": "cracked"})
        for dataset in (f"{project}-1", f"{project}-2"):
            api.post("/v1/datasets", {"dataset_id": dataset, "project_id": project, "name": dataset})
    api.catch_up()
    assert waiting() == []
    revise(api, rule=RULE)
    api.catch_up()
    jobs = [delivery.job for delivery in waiting()]
    assert {(job.kind, job.subject, job.project) for job in jobs} == {
        ("readjudicate", "cookies-1", "cookies"),
        ("readjudicate", "cookies-2", "cookies"),
    }
    assert {job.arguments["project_version"] for job in jobs} == {3}
    api.catch_up()
    assert waiting() == []


def test_a_person_asks_for_old_decisions_of_a_class(api: Api, cookies: list[str]) -> None:
    path = "/v1/datasets/cookies/readjudications"
    asked = {"class_id": "cracked", "reason": "the book was on paper"}
    reply = api.post(path, asked, kenpin_actor="qa-lead")
    assert reply.status == 202
    (delivery,) = waiting()
    assert (delivery.job.kind, delivery.job.subject) == ("readjudicate", "cookies")
    assert delivery.job.arguments["by"] == "qa-lead"
    assert delivery.job.arguments["readjudication_id"] == reply.json["readjudication_id"]
    assert api.post(path, {"class_id": "dent"}).status == 404
    assert api.post("/v1/datasets/nowhere/readjudications", asked).status == 404
