"""Send an e-mail through the mail server of the settings. No message names the password."""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime
from pathlib import Path
from typing import Final

from kenpin.application.mail import Mail
from kenpin.settings import Settings

TIMEOUT_S: Final = 10.0
ADDRESS: Final = re.compile(r"\S*@\S*")
"""E-mail addresses in the words of a mail server: logs name nobody."""


def send_mail(settings: Settings, mail: Mail) -> str | None:
    """Send the e-mail; return None, or why the mail server did not take it."""
    try:
        with _connected(settings) as server:
            if settings.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                password = Path(settings.smtp_password_file).read_text("utf-8").strip("\r\n")
                server.login(settings.smtp_user, password)
            _send(server, settings.mail_from, mail)
    except OSError as failed:
        return ADDRESS.sub("…", _words(failed))
    except ValueError as unusable:
        return type(unusable).__name__
    return None


def _words(failed: OSError) -> str:
    """Return the code and the words of the mail server on one line, or what else failed."""
    reply: tuple[int, bytes | str]
    match failed:
        case smtplib.SMTPRecipientsRefused():
            reply = next(iter(failed.recipients.values()))
        case smtplib.SMTPResponseException():
            reply = failed.smtp_code, failed.smtp_error
        case _:
            return f"{type(failed).__name__}: {failed}"
    code, said = reply
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join([str(code), *text.split()])


def _connected(settings: Settings) -> smtplib.SMTP:
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(*place, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(*place, timeout=TIMEOUT_S)


def _send(server: smtplib.SMTP, sender: str, mail: Mail) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"], message["Message-ID"] = localtime(), mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    server.send_message(message)
