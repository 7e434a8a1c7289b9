"""Lambda: make the small picture of each image that was stored, once."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform


def handler(event: Mapping[str, Any], context: LambdaContext) -> None:
    """`event`: S3 object-created records; an object that is no picture gets none."""
    for record in event["Records"]:
        make_thumbnail(platform().objects, unquote_plus(record["s3"]["object"]["key"]).rpartition("/")[2])
