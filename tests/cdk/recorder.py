"""Notes each call that the product makes to AWS, as the rights that it takes of whoever is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.model import OperationModel
from botocore.session import Session, get_session
from botocore.signers import RequestSigner
from moto.core.models import DEFAULT_ACCOUNT_ID

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.signed_urls import UrlSigner
from tests.cdk.deployment import REGION, USERS
from tests.cdk.rights import Right

ASKED: Final = "asked"


class Recorder:
    def __init__(self) -> None:
        self.role = ""
        """The role at work; empty for calls of the tests themselves."""
        self.used: dict[str, set[Right]] = {}
        self.appended: dict[str, set[str]] = {}
        """Role → the partition keys that it has put items under."""

    @contextmanager
    def as_role(self, role: str) -> Iterator[None]:
        self.role = role
        try:
            yield
        finally:
            self.role = ""

    def note(self, action: str, resource: str) -> None:
        assert self.role, f"nobody is at work who would need {action}"
        self.used.setdefault(self.role, set()).add(Right(action, resource))

    def listen(self, patch: pytest.MonkeyPatch) -> None:
        """To all that the product's own session calls, and to what it signs without a call."""
        session = self._session()
        patch.setattr(clients, "session", lambda: session)
        sign, presign = RequestSigner.generate_presigned_url, UrlSigner.presign

        def signed(
            signer: RequestSigner, request: dict[str, str], expires_in: int, operation_name: str
        ) -> str:
            user = parse_qs(urlsplit(request["url"]).query)["DBUser"][0]
            self.note(f"rds-db:{operation_name}", f"{USERS}/{user}")
            return str(sign(signer, request, expires_in=expires_in, operation_name=operation_name))

        def presigned(
            signer: UrlSigner,
            method: str,
            url: str,
            at: datetime,
            seconds: int,
            headers: Mapping[str, str] | None = None,
        ) -> str:
            address = urlsplit(url)
            name = address.netloc.partition(".")[0] + address.path
            self.note("s3:PutObject", f"arn:aws:s3:::{name}")
            return presign(signer, method, url, at, seconds, headers)

        patch.setattr(RequestSigner, "generate_presigned_url", signed)
        patch.setattr(UrlSigner, "presign", presigned)

    def _session(self) -> Session:
        session = get_session()
        session.register("provide-client-params", self._called)
        session.register("after-call.s3", self._answered)
        return session

    def _called(self, **call: Any) -> None:  # noqa: ANN401 (botocore's signature)
        """botocore's event before each call, with what it was asked for."""
        model: OperationModel = call["model"]
        call["context"][ASKED] = call["params"]
        for right in rights_of(model.service_model.service_name, model.name, call["params"]):
            self.note(*right)
        for write in call["params"].get("TransactItems", ()):
            self.appended.setdefault(self.role, set()).add(write["Put"]["Item"]["pk"]["S"])

    def _answered(self, **call: Any) -> None:  # noqa: ANN401 (botocore's signature)
        """S3 says that an object is not there only to who may list the bucket, and forbids the others to ask."""
        if call["http_response"].status_code == 404:
            self.note("s3:ListBucket", f"arn:aws:s3:::{call['context'][ASKED]['Bucket']}")


def rights_of(service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that a call takes, each with its resource. What is not known here is a right that nobody has."""
    match service, operation:
        case "dynamodb", _:
            yield from _rights_of_dynamodb(operation, asked)
        case "s3", _:
            yield from _rights_of_s3(operation, asked)
        case "kms", "GetPublicKey" | "Sign":
            yield f"kms:{operation}", asked["KeyId"]
        case "sqs", _:
            queue = asked["QueueUrl"].rpartition("/")[2]
            yield f"sqs:{operation.removesuffix('Batch')}", _here("sqs", queue)
        case _:
            yield f"{service}:{operation}", "?"


def _rights_of_dynamodb(operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match operation:
        case "GetItem" | "Query":
            yield f"dynamodb:{operation}", _here("dynamodb", f"table/{asked['TableName']}")
        case "BatchGetItem":
            for table in asked["RequestItems"]:
                yield "dynamodb:BatchGetItem", _here("dynamodb", f"table/{table}")
        case "TransactWriteItems":
            for item in asked["TransactItems"]:
                for verb, write in item.items():
                    what = "ConditionCheckItem" if verb == "ConditionCheck" else f"{verb}Item"
                    yield f"dynamodb:{what}", _here("dynamodb", f"table/{write['TableName']}")
        case _:
            yield f"dynamodb:{operation}", "?"


def _rights_of_s3(operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match operation:
        case "GetObject" | "HeadObject" | "PutObject":
            action = operation.replace("Head", "Get")
            yield f"s3:{action}", f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"
        case "CopyObject":
            source = asked["CopySource"]
            yield "s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}"
            yield "s3:PutObject", f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"
        case "ListObjectsV2":
            yield "s3:ListBucket", f"arn:aws:s3:::{asked['Bucket']}"
        case "DeleteObject" if "VersionId" in asked:
            yield "s3:DeleteObjectVersion", f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"
        case "ListObjectVersions":
            yield "s3:ListBucketVersions", f"arn:aws:s3:::{asked['Bucket']}"
        case _:
            yield f"s3:{operation}", "?"


def _here(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{DEFAULT_ACCOUNT_ID}:{name}"
