"""Checks time stamps of anchors (RFC 3161) against certificates that an auditor has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import VerificationError, Verifier, VerifierBuilder, decode_timestamp_response

from host.cli.failures import Refused
from kenpin.domain.anchor import STAMP, Doubt, stamp_name


def trusted_certificates(path: Path) -> list[Certificate]:
    """Return the certificates of a PEM file. Raises Refused."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Refused(f"{path} is no file of certificates in PEM: {error}") from None


def check_stamps(
    files: Iterable[tuple[str, bytes]], trusted: Sequence[Certificate], name_prefix: str = ""
) -> tuple[dict[str, str], list[Doubt]]:
    """Return the time (ISO 8601) of each anchor whose stamp holds, and every doubt about a stamp."""
    bodies, times, doubts = dict(files), dict[str, str](), list[Doubt]()
    records = {stamp_name(name): name for name in bodies if not name.endswith(STAMP)}
    verifier = _verifier(trusted)
    for name in sorted(name for name in bodies if name.endswith(STAMP)):
        try:
            if name not in records:
                raise ValueError("its anchor is not there")
            response = decode_timestamp_response(bodies[name])
            verifier.verify_message(response, bodies[records[name]])
            times[records[name]] = response.tst_info.gen_time.isoformat(timespec="seconds")
        except (ValueError, VerificationError) as error:
            doubts.append(Doubt(name_prefix + name, 0, f"the time stamp does not hold: {error}"))
    return times, doubts


def _verifier(trusted: Sequence[Certificate]) -> Verifier:
    """Return a verifier by these certificates: those that sign themselves are the roots."""
    roots = [each for each in trusted if each.issuer == each.subject]
    if not roots:
        raise Refused("the certificates of the time-stamp authority hold no root, which signs itself")
    between = [each for each in trusted if each not in roots]
    return VerifierBuilder(roots=roots, intermediates=between).build()
