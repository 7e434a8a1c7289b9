"""Objects in an S3 bucket, sent to it and fetched by signed URL so that no bytes pass through a function."""

from __future__ import annotations

import base64
import mimetypes
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, NoCredentialsError

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.errors import code_of, unavailable_when_busy
from kenpin.adapters.aws.signed_urls import UrlSigner
from kenpin.application.signed_urls import SignedUrls
from kenpin.domain.ids import ProjectId, Sha256, upload_name
from kenpin.ports import NotFound

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

HOUR_S: Final = 3_600
AT_ONCE: Final = 16
IN_MEMORY: Final = 16 * 1024 * 1024


class S3ObjectStore:
    """The object store on S3. `files_key` signs download URLs, which CloudFront checks; S3 checks those of uploads."""

    def __init__(
        self,
        bucket: str,
        client: S3Client | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        files_key: str = "",
    ) -> None:
        self._bucket, self._given, self._now = bucket, client, now
        self._files = SignedUrls("", files_key.encode())

    def put(self, name: str, body: BinaryIO) -> None:
        try:
            with unavailable_when_busy(f"bucket {self._bucket}"):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=name,
                    Body=body,
                    ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if code_of(error) != "PreconditionFailed":
                raise

    def open(self, name: str) -> BinaryIO:
        """Return a seekable copy, on disk when it is large."""
        with unavailable_when_busy(f"bucket {self._bucket}"):
            try:
                stored = self._client.get_object(Bucket=self._bucket, Key=name)["Body"]
            except self._client.exceptions.NoSuchKey:
                raise NotFound(name) from None
            copy = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
            shutil.copyfileobj(stored, copy)
        copy.seek(0)
        return cast("BinaryIO", copy)

    def has(self, names: Sequence[str]) -> set[str]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {name for name, stored in zip(names, pool.map(self._has, names), strict=True) if stored}

    def keep(self, name: str, under: str) -> None:
        """Copy the object within S3."""
        source: CopySourceTypeDef = {"Bucket": self._bucket, "Key": name}
        try:
            with unavailable_when_busy(f"bucket {self._bucket}"):
                self._client.copy_object(Bucket=self._bucket, Key=under, CopySource=source)
        except ClientError as error:
            if code_of(error) in ("NoSuchKey", "404"):
                raise NotFound(name) from None
            raise

    def names(self, prefix: str) -> Iterator[str]:
        with unavailable_when_busy(f"bucket {self._bucket}"):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            ):
                yield from (found["Key"] for found in page.get("Contents", ()))

    def notes(self, name: str) -> Mapping[str, str]:
        try:
            with unavailable_when_busy(f"bucket {self._bucket}"):
                return self._client.head_object(Bucket=self._bucket, Key=name)["Metadata"]
        except ClientError as error:
            if code_of(error) == "404":
                raise NotFound(name) from None
            raise

    def expire(self, prefix: str) -> None:
        """Do nothing: the bucket's lifecycle rules expire objects, so that no function needs the right to delete."""

    def expirable(self, prefix: str) -> Iterator[str]:
        """Yield nothing: the lifecycle rules need nobody to find what is over."""
        yield from ()

    def erase(self, names: Sequence[str]) -> None:
        """Delete every version and delete marker of the objects: the bucket keeps versions."""
        with unavailable_when_busy(f"bucket {self._bucket}"):
            for name in names:
                for version in self._versions(name):
                    self._client.delete_object(Bucket=self._bucket, Key=name, VersionId=version)

    def _versions(self, name: str) -> list[str]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=name)
        return [
            found["VersionId"]
            for page in pages
            for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            if found["Key"] == name
        ]

    def download_url(self, name: str) -> str:
        return self._files.download(name)

    def upload_url(self, project_id: ProjectId, digest: Sha256, size: int, media_type: str) -> str:
        """Return a URL whose PUT must send the content-type and, as x-amz-checksum-sha256, the digest in base64.

        S3 compares the bytes with a digest in a signed header, and ignores one in the query.
        """
        headers = {
            "content-length": str(size),
            "content-type": media_type,
            "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(digest)).decode(),
        }
        url = f"{self._address}/{upload_name(project_id, digest)}"
        return self._signer().presign("PUT", url, self._now(), HOUR_S, headers=headers)

    @cached_property
    def _client(self) -> S3Client:
        """The client, made at first use: a reader of events needs objects only for segments."""
        return self._given or clients.s3()

    @cached_property
    def _address(self) -> str:
        endpoint = urlsplit(self._client.meta.endpoint_url)
        return f"{endpoint.scheme}://{self._bucket}.{endpoint.netloc}"

    @cached_property
    def _credentials(self) -> Credentials | None:
        return clients.session().get_credentials()

    def _has(self, name: str) -> bool:
        try:
            with unavailable_when_busy(f"bucket {self._bucket}"):
                self._client.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if code_of(error) == "404":
                return False
            raise
        return True

    def _signer(self) -> UrlSigner:
        if self._credentials is None:
            raise NoCredentialsError
        frozen = self._credentials.get_frozen_credentials()
        access_key, secret_key = frozen.access_key or "", frozen.secret_key or ""
        return UrlSigner(access_key, secret_key, frozen.token, self._client.meta.region_name)
