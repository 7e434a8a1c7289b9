"""Lambda: make the thumbnail of each stored image, once."""

from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.application.renditions import make_shown
from kenpin.bootstrap import platform


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: S3 object-created records; one machine names the thumbnail or rendition that it wants.

    An object that is no picture, is gone or is damaged gets none.
    """
    names = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    objects, limits = platform().objects, platform().settings.picture_limits
    made = [make_shown(objects, name, limits) for name in names]
    return {"made": sum(made)}
