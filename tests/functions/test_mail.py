"""E-mails: what people must know is found in the rows, told once to those who may act, and gathered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from host.mail import READERS
from kenpin.application import mail as application_mail
from kenpin.application.mail import GATHERED_FOR, MORNING, PAUSES, Mail, note_news, note_reviews, send_news
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.gates import GateLimit, GateReport, GateResult
from kenpin.domain.model.commands import EvaluateGates
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import FailRun, StartRun
from kenpin.domain.run.decider import run
from kenpin.read_models.intake import cameras
from kenpin.read_models.intake.cameras import ArrivedImage
from kenpin.read_models.mail import notes
from tests.functions.conftest import Api
from tests.functions.test_decisions import trained
from tests.functions.training import IDENTITY, WORKER

REFUSED = "SMTPServerDisconnected: Connection unexpectedly closed"


class PostOffice:
    """A mail server in this process, with a clock: it takes every e-mail unless `answer` says why not."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.answer: str | None = None
        self.tried: list[Mail] = []
        self.taken: list[Mail] = []

    def __call__(self, mail: Mail) -> str | None:
        self.tried.append(mail)
        if self.answer is None:
            self.taken.append(mail)
        return self.answer

    def look(self, ahead: timedelta = timedelta(0)) -> list[Mail]:
        """Look for news this much later; return the e-mails that this sent."""
        self.now += ahead
        before = len(self.taken)
        note_news(platform(), READERS, self.now)
        note_reviews(platform(), READERS, self.now)
        send_news(platform(), self, lambda: self.now)
        return self.taken[before:]

    def next_morning(self) -> list[Mail]:
        """Look at ten in Tokyo, on the next day."""
        tokyo = self.now + timedelta(hours=9)
        return self.look(timedelta(hours=34 - tokyo.hour))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """Here it is never morning: what waits for review is not told."""
    monkeypatch.setattr(application_mail, "MORNING", 24)
    return PostOffice()


def person(api: Api, actor: str, role: str, language: str = "en", project_id: str = "cookies") -> None:
    api.grant(actor, role, project_id)  # type: ignore[arg-type]
    body = {"name": actor, "email": f"{actor}@factory.example"}
    assert api.post("/v1/people/me", body, "PUT", kenpin_actor=actor).status == 200
    choose(api, actor, True, language)


def choose(api: Api, actor: str, is_wanted: bool, language: str = "en") -> None:
    body = {"is_wanted": is_wanted, "language": language}
    assert api.post("/v1/people/me/mail", body, "PUT", kenpin_actor=actor).status == 200


def failed_run(api: Api) -> str:
    id = str(api.post("/v1/runs", {"dataset_id": "cookies"}).json["id"])
    platform().commands.execute(run, id, StartRun(attempt=1, identity=IDENTITY), by=WORKER)
    platform().commands.execute(run, id, FailRun(attempt=1, reason="no memory", final=True), by=WORKER)
    api.catch_up()
    return id


def to(mails: list[Mail]) -> list[str]:
    return sorted(mail.to.partition("@")[0] for mail in mails)


def test_the_end_of_a_run_is_told_once_to_those_who_may_act(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    for actor, role in (("engineer", "engineer"), ("admin", "admin"), ("eye", "inspector")):
        person(api, actor, role)
    person(api, "elsewhere", "engineer", project_id="breads")
    id = failed_run(api)
    mails = office.look()
    assert to(mails) == ["admin", "engineer"]
    assert mails[0].subject == "[Kenpin] A run has failed: Cookies"
    assert f"http://127.0.0.1:8000/runs/{id}" in mails[0].body
    assert "no memory" not in mails[0].body
    assert office.look(GATHERED_FOR) == []


def test_only_who_wants_e_mails_gets_them_in_their_language(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "aya", "engineer", "ja")
    person(api, "ben", "engineer")
    choose(api, "ben", is_wanted=False)
    failed_run(api)
    [mail] = office.look()
    assert (mail.to, mail.subject) == ("aya@factory.example", "[Kenpin] 学習が失敗しました：Cookies")


def test_what_happens_within_minutes_comes_in_one_e_mail(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "engineer", "engineer")
    failed_run(api)
    assert len(office.look()) == 1
    ids = [failed_run(api) for _ in range(2)]
    assert office.look(GATHERED_FOR / 2) == []
    [mail] = office.look(GATHERED_FOR / 2)
    assert mail.subject == "[Kenpin] A run has failed: Cookies and 1 more"
    assert all(id in mail.body for id in ids)


def test_a_server_that_fails_gets_the_same_e_mail_again_until_it_is_given_up(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "engineer", "engineer")
    failed_run(api)
    office.answer = REFUSED
    for pause in PAUSES:
        office.look()
        office.look(pause / 2)
        office.now += pause / 2
    assert len(office.tried) == len(PAUSES)
    assert len({mail.message_id for mail in office.tried}) == 1
    office.look()
    office.answer = None
    assert office.look(timedelta(days=2)) == []
    failed_run(api)
    office.now = datetime.now(UTC) + timedelta(hours=1)
    assert len(office.look()) == 1


def test_a_process_that_ends_before_it_noted_the_answer_sends_that_e_mail_again(
    api: Api, labelled: list[str], office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(api, "engineer", "engineer")
    failed_run(api)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(notes, "sent", dies)
        office.look()
    office.look()
    first, second = office.taken
    assert first == second, "the mail program knows it by its id"


def test_failed_gates_are_told_to_others_than_who_evaluated_them(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "lead", "qa_lead")
    person(api, "engineer", "engineer")
    model_id = trained(api, {labelled[0]: 0.8}, 0.5)
    office.look()
    gate = GateLimit(metric="escape_rate", direction="at_most", limit=0.0)
    for passed in (True, False):
        report = GateReport(
            project_version=1, threshold=0.5, results=(GateResult(gate=gate, figure=0.2, passed=passed),)
        )
        command = EvaluateGates(report=report)
        platform().commands.execute(model, model_id, command, by=Context(actor="engineer"))
        api.catch_up()
        mails = office.look(timedelta(minutes=15))
        assert to(mails) == ([] if passed else ["lead"])
    assert mails[0].subject == "[Kenpin] A model fails gates (1): Cookies"


def test_waiting_reviews_are_told_once_a_day_to_who_may_review_them(
    api: Api, cookies: list[str], office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application_mail, "MORNING", MORNING)
    person(api, "lead", "qa_lead")
    person(api, "judge", "qa_lead")
    person(api, "eye", "inspector")
    policy = {"two_person": True}
    assert api.post("/v1/projects/cookies/review-policy", policy, method="PUT").status == 200
    judged = {"annotations": [{"image_id": cookies[5], "verdict": "OK"}]}
    assert api.post("/v1/datasets/cookies/annotations", judged, kenpin_actor="judge").status == 201
    [mail] = office.next_morning()
    assert mail.to == "lead@factory.example", "nobody reviews their own where two people are asked for"
    assert "Reviews wait (1): Cookies" in mail.subject
    assert "/datasets/cookies/review" in mail.body
    assert office.look(timedelta(hours=2)) == []
    assert to(office.next_morning()) == ["lead"]


def test_a_silent_camera_is_told_once_for_each_silence(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "engineer", "engineer")

    def arrives() -> None:
        with platform().database.transaction() as sql:
            cameras.count(sql, [ArrivedImage("cookies", "L1", "top", None)], office.now)

    arrives()
    office.now += timedelta(minutes=59)
    assert office.look() == []
    [mail] = office.look(timedelta(minutes=2))
    assert mail.subject == "[Kenpin] No images come any more: L1 top"
    assert office.look(timedelta(hours=3)) == []
    arrives()
    assert len(office.look(timedelta(hours=2))) == 1


def test_who_lost_the_role_or_was_erased_gets_nothing(
    api: Api, labelled: list[str], office: PostOffice
) -> None:
    person(api, "gone", "engineer")
    person(api, "erased", "engineer")
    failed_run(api)
    office.answer = REFUSED
    office.look()
    office.look()
    revoked = {"project_id": "cookies", "role": "engineer"}
    assert api.post("/v1/members/gone/roles/revocation", revoked).status == 201
    assert api.post("/v1/people/erased/erasure", None).status == 201
    office.answer = None
    assert office.look(timedelta(hours=1)) == []


def test_old_news_is_no_news_and_notes_are_deleted(api: Api, labelled: list[str], office: PostOffice) -> None:
    person(api, "engineer", "engineer")
    failed_run(api)
    office.now += timedelta(days=2)
    assert office.look() == []
    office.now -= timedelta(days=2)
    assert len(office.look()) == 1
    with platform().database.transaction() as sql:
        notes.tidy(sql, office.now + timedelta(days=31))
        assert sql.execute("select from mail_news").fetchone() is None


def test_a_person_sees_where_e_mails_go_and_turns_them_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    person(api, "aya", "inspector", "ja")
    shown = api.get("/v1/people/me/mail", "aya").json
    assert shown == {"is_sent": False, "email": "aya@factory.example", "is_wanted": True, "language": "ja"}
    choose(api, "aya", is_wanted=False)
    assert api.get("/v1/people/me/mail", "aya").json.items() >= {"is_wanted": False, "language": "en"}.items()
    body = {"name": "田中 綾", "email": "tanaka@factory.example"}
    api.post("/v1/people/me", body, "PUT", kenpin_actor="aya")
    assert api.get("/v1/people/me/mail", "aya").json["is_wanted"] is False, (
        "a new address is not a new choice"
    )
