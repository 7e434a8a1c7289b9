"""Lambda: make the small picture of each image that was stored, once."""

from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.event import Json
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform


def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: S3 object-created records; an object that is no picture gets none."""
    names = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    made = [make_thumbnail(platform().objects, name.rpartition("/")[2]) for name in names]
    return {"made": sum(made)}
