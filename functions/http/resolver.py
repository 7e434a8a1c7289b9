"""How an HTTP function is made of routers."""

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.http.problems import report_problems
from kenpin import __version__


def _text(answer: object) -> str:
    return msgspec.json.encode(answer).decode()


def new_router() -> APIGatewayHttpRouter:
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def resolver(*routers: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    """A validating resolver over these routers. One request at a time per process."""
    app = APIGatewayHttpResolver(enable_validation=True, serializer=_text)
    app.configure_openapi(title="Kenpin", version=__version__)
    report_problems(app)
    for router in routers:
        app.include_router(router, prefix="/v1")
    return app
