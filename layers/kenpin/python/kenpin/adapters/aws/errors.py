"""Errors of AWS that mean "try later", told apart from all others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from kenpin.ports import Unavailable

ANSWER_LOST: Final = (ConnectionError, HTTPClientError)
"""The request may or may not have been carried out."""

BUSY: Final = frozenset(
    {
        "ConditionalRequestConflict",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Codes of errors and cancellation reasons that mean: not now, and nothing was carried out."""


def code_of(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def is_server_fault(error: ClientError) -> bool:
    """Return True for a 5xx after which it is unknown whether the request was carried out."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 and code_of(error) not in BUSY


@contextmanager
def unavailable_when_busy(what: str) -> Iterator[None]:
    """Raise Unavailable for lost answers, throttling and server faults; let every other error through."""
    try:
        yield
    except ANSWER_LOST as error:
        raise Unavailable(f"{what} did not answer") from error
    except ClientError as error:
        if code_of(error) in BUSY or is_server_fault(error):
            raise Unavailable(f"{what} is busy: {code_of(error)}") from error
        raise


@contextmanager
def unavailable_on_error(what: str) -> Iterator[None]:
    """Raise Unavailable for every error of AWS: a person may have named a thing that does not exist."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"{what}: {error}") from error
