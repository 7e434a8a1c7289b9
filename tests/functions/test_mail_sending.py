"""E-mails through a mail server on this machine: encrypted, with a login, and with failures that name no secret."""

from __future__ import annotations

import base64
import datetime as dt
import email
import json
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from host.cli.app import main
from host.smtp import send_mail
from kenpin.application.mail import Mail
from kenpin.settings import Settings
from tests.functions.conftest import Api
from tests.functions.test_mail import failed_run, person
from tests.functions.test_webhook_sending import wait_until

PASSWORD = "correct horse battery"
MAIL = Mail(
    "aya@factory.example", "<one@kenpin.factory.example>", "[Kenpin] 学習が完了しました", "長い行\n.\nend\n"
)


class MailServer(socketserver.ThreadingTCPServer):
    """A server that speaks SMTP with STARTTLS and AUTH PLAIN. `refuse`: its answer to the content of an e-mail."""

    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        self.taken: list[EmailMessage] = []
        self.refuse: list[str] = []
        self.encrypted: list[bool] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One connection of a client."""

    server: MailServer

    def handle(self) -> None:
        self.is_encrypted = self.is_known = False
        self.say("220 mail.factory.example")
        while words := self.rfile.readline().decode().split():
            match words[0].upper():
                case "EHLO":
                    self.say(
                        "250-mail.factory.example", "250 AUTH PLAIN" if self.is_encrypted else "250 STARTTLS"
                    )
                case "STARTTLS":
                    self.say("220 go ahead")
                    self.encrypt()
                case "AUTH":
                    given = base64.b64decode(words[2]).decode().split("\0")
                    self.is_known = given == ["", "kenpin", PASSWORD]
                    self.say(
                        "235 welcome" if self.is_known else "535 5.7.8 bad login of kenpin@factory.example"
                    )
                case "RCPT" if "gone@" in words[1]:
                    self.say(f"550 5.1.1 nobody has the address {words[1]}")
                case "DATA":
                    self.take()
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok" if self.is_known else "530 5.7.0 sign in first")

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def encrypt(self) -> None:
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.is_encrypted = True

    def take(self) -> None:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.server.refuse:
            return self.say(self.server.refuse.pop(0))
        content = b"".join(line.removeprefix(b".") for line in lines)
        self.server.taken.append(email.message_from_bytes(content, policy=SMTP))
        self.server.encrypted.append(self.is_encrypted)
        self.say("250 taken")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for 127.0.0.1."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")]),
    )
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 1, now - dt.timedelta(days=1), now + dt.timedelta(days=1)
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@contextmanager
def serving(certificate: Path) -> Iterator[MailServer]:
    with MailServer(certificate) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def server(certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and an environment that names it."""
    (tmp_path / "password").write_text(PASSWORD + "\n")
    with serving(certificate) as server:
        given = {
            "KENPIN_SMTP_HOST": "127.0.0.1",
            "KENPIN_SMTP_PORT": str(server.port),
            "KENPIN_SMTP_USER": "kenpin",
            "KENPIN_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
            "KENPIN_MAIL_FROM": "kenpin@factory.example",
            "SSL_CERT_FILE": str(certificate),
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield server


def test_an_e_mail_arrives_encrypted_and_as_it_was_written(server: MailServer) -> None:
    assert send_mail(Settings(), MAIL) is None
    [taken] = server.taken
    assert server.encrypted == [True]
    assert (taken["To"], taken["Subject"], taken["Message-ID"]) == (MAIL.to, MAIL.subject, MAIL.message_id)
    assert (taken["From"], taken["Auto-Submitted"]) == ("kenpin@factory.example", "auto-generated")
    assert taken.get_content().replace("\r\n", "\n") == MAIL.body


def test_no_password_is_sent_to_a_server_that_is_not_trusted(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "SSLCertVerificationError" in (send_mail(Settings(), MAIL) or "")
    assert server.taken == []


def test_a_failure_names_neither_password_nor_people(server: MailServer, tmp_path: Path) -> None:
    server.refuse = ["451 4.3.0 the box of <aya@factory.example> is full"]
    refused = send_mail(Settings(), MAIL)
    assert refused is not None and "451" in refused and "aya@" not in refused
    (tmp_path / "password").write_text("wrong horse")
    refused = send_mail(Settings(), MAIL)
    assert refused is not None and "535" in refused
    assert "horse" not in refused and "kenpin@" not in refused
    (tmp_path / "password").unlink()
    assert "FileNotFoundError" in (send_mail(Settings(), MAIL) or "")


def test_the_process_tells_the_end_of_a_run_after_a_failure(
    api: Api, labelled: list[str], server: MailServer
) -> None:
    person(api, "engineer", "engineer")
    server.refuse = ["451 4.3.0 later"]
    id = failed_run(api)
    started = subprocess.Popen(
        [sys.executable, "-c", f"import host.mail as m; m.PAUSE_S = 0.2; {SOON}; m.main()"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: bool(server.taken), 40)
    finally:
        started.kill()
        _, log = started.communicate()
    assert f"/runs/{id}" in server.taken[0].get_content()
    assert b"451" in log and PASSWORD.encode() not in log


SOON = "import datetime as d, kenpin.application.mail as a; a.PAUSES = (d.timedelta(seconds=0.5),) * 9"


def test_an_administrator_tests_the_mail_server(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def kenpin(*words: str, to: str = "aya@factory.example") -> object:
        with pytest.raises(SystemExit) as ended:
            main(["mail", "test", to, *words])
        return ended.value.code

    assert not kenpin("--json")
    assert json.loads(capsys.readouterr().out)["to"] == "aya@factory.example"
    assert server.taken[0]["Subject"] == "[Kenpin] テストメール"
    server.refuse = ["554 5.7.1 no"]
    assert kenpin() == 3
    assert "did not take it: 554 5.7.1 no" in capsys.readouterr().err
    assert kenpin(to="gone@factory.example") == 3
    assert capsys.readouterr().err.endswith(" did not take it: 550 5.1.1 nobody has the address …\n")
    for no_address in ("notanaddress", "", "aya@factory.example\nBcc: b@c"):
        assert kenpin(to=no_address) == 2
        assert capsys.readouterr().err.startswith(f"kenpin: {no_address!r} is no e-mail address")
    with monkeypatch.context() as wrong:
        wrong.setenv("KENPIN_SMTP_PORT", "abc")
        assert kenpin() == 2
        assert capsys.readouterr().err.startswith("kenpin: KENPIN_SMTP_PORT: ")
    with monkeypatch.context() as wrong:
        wrong.setenv("KENPIN_MAIL_FROM", "nonsense")
        assert kenpin() == 2
        assert "KENPIN_MAIL_FROM: it does not have the form" in capsys.readouterr().err
    monkeypatch.delenv("KENPIN_MAIL_FROM")
    assert kenpin() == 2
    assert "KENPIN_SMTP_HOST wants KENPIN_MAIL_FROM" in capsys.readouterr().err
    monkeypatch.delenv("KENPIN_SMTP_HOST")
    assert kenpin() == 2
    assert "no mail server is set" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [
        {"smtp_host": "mail"},
        {"smtp_host": "mail", "mail_from": "a@b", "smtp_user": "kenpin"},
        {
            "smtp_host": "mail",
            "mail_from": "a@b",
            "smtp_user": "k",
            "smtp_password_file": "f",
            "smtp_tls": "none",
        },
    ],
)
def test_a_mail_server_without_what_it_needs_is_refused_at_the_start(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="KENPIN_SMTP"):
        Settings.model_validate(given)
