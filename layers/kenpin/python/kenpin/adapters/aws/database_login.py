"""Logins to Aurora by IAM token.

Root certificates: RDS Proxy uses Amazon's public authority, which botocore carries for its own calls. Aurora itself
uses an authority for RDS alone; its roots (RSA2048 G1, of each region, valid until 2061) are beside this file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import botocore
from botocore.exceptions import NoCredentialsError
from botocore.model import ServiceId
from botocore.signers import RequestSigner

from kenpin.adapters.aws import clients

ROOTS: Final = Path(botocore.__file__).with_name("cacert.pem")
RDS_ROOTS: Final = Path(__file__).with_name("rds_roots.pem")
VALID_S: Final = 900
"""Lifetime for opening a connection; an open connection continues."""
REUSED_S: Final = 600


class TokenLogin:
    """A login by IAM token, signed without a call and without loading the SDK's RDS client."""

    def __init__(
        self, url: str, roots: Path, user: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`user`: empty for the user that the URL names."""
        self._address, self._roots, self._clock = urlsplit(url), roots, clock
        self._user = user or self._address.username or ""
        self._token, self._until = "", 0.0

    def __call__(self) -> Mapping[str, str]:
        if self._clock() >= self._until:
            self._token, self._until = self._signed(), self._clock() + REUSED_S
        return {"user": self._user, "password": self._token, "sslrootcert": str(self._roots)}

    def _signed(self) -> str:
        host = f"{self._address.hostname}:{self._address.port}"
        query = f"Action=connect&DBUser={self._user}"
        request = {
            "method": "GET",
            "url": f"https://{host}/?{query}",
            "headers": {},
            "body": {},
            "context": {},
        }
        signed: str = _signer().generate_presigned_url(request, operation_name="connect", expires_in=VALID_S)
        return signed.removeprefix("https://")


def _signer() -> RequestSigner:
    session = clients.session()
    region = session.get_config_variable("region")
    credentials, emitter = session.get_credentials(), session.get_component("event_emitter")
    if credentials is None:
        raise NoCredentialsError
    return RequestSigner(ServiceId("rds-db"), region, "rds-db", "v4", credentials, emitter)
