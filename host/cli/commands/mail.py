"""`kenpin mail`: e-mails to people, which the Kenpin on this machine sends."""

from __future__ import annotations

import re
from email.utils import make_msgid
from typing import Annotated, Final

import typer
from pydantic import BaseModel

from host.cli.failures import Refused, Unreachable
from host.cli.options import Json, group
from host.cli.output import line, show
from host.cli.settings import settings_of_shell
from host.smtp import send_mail
from kenpin.application.mail import Mail
from kenpin.application.mail_texts import text_of

ADDRESS: Final = re.compile(r"[^@\s\0]+@[^@\s\0]+")
app = group("E-mails to people: whether the mail server takes them.")


class SentTest(BaseModel):
    """A test that the mail server took."""

    to: str
    server: str


@app.command("test")
def test(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the test goes to.")],
    json: Json = False,
) -> None:
    """Send a test with the settings of this shell (KENPIN_SMTP_HOST and others), at once."""
    settings = settings_of_shell()
    if not ADDRESS.fullmatch(address):
        raise Refused(f"{address!r} is no e-mail address; write one such as aya@factory.example")
    if not settings.smtp_host:
        raise Refused("no mail server is set; set KENPIN_SMTP_HOST as for `kenpin up`")
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    subject, body = (text_of(name, settings.mail_language) for name in ("test subject", "test"))
    mail = Mail(address, make_msgid(domain=settings.mail_from.partition("@")[2]), subject, body)
    if reason := send_mail(settings, mail):
        raise Unreachable(f"{server} did not take it: {reason}")
    show(SentTest(to=address, server=server), json, lambda: line(f"{server} took a test for {address}"))
