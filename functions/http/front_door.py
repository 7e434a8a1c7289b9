"""The front door: behind a WAF, only requests that came through CloudFront are answered."""

import hmac

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.http.errors import NotThroughFrontDoor
from functions.http.request import header
from functions.manifest import FRONT_DOOR_HEADER
from kenpin.bootstrap import platform


def ask_front_door(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
    """Refuse a request without the secret that CloudFront adds, where there is one."""
    secret = platform().settings.front_door_secret
    if secret and not hmac.compare_digest((header(FRONT_DOOR_HEADER) or "").encode(), secret.encode()):
        raise NotThroughFrontDoor
    return next_middleware(app)
