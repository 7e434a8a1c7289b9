"""Stack of the API: every route of the manifest, its function, and its authorizer."""

import json

from aws_cdk import ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_authorizers import HttpJwtAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from cdk.constructs.http_routes import routes
from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.parameters import read_parameter
from cdk.stacks.web import BROWSER_CLIENT, COMMAND_LINE_CLIENT, WebStack
from cdk.stage import Stage
from functions.manifest import OPEN

ACCESS_LOG = {
    "request_id": "$context.requestId",
    "sub": "$context.authorizer.claims.sub",
    "route": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
    "response_bytes": "$context.responseLength",
    "source_ip": "$context.identity.sourceIp",
    "time": "$context.requestTime",
}
"""Field → what the gateway writes there; the request id is the correlation id that events carry."""
OPEN_PER_SECOND, OPEN_BURST = 5, 10
"""Limits of a route that anybody may ask: it has a share of its own, and cannot use up that of people."""
REASONS = {
    "APIG4": "Health asks for no token: it says whether the platform answers, and nothing else.",
}


class ApiStack(Stack):
    """The gateway's own address stays open beside CloudFront, which has no other way to an HTTP API: whoever
    finds it meets the same authorizer and the same throttle, but not the WAF.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        web: WebStack,
    ) -> None:
        super().__init__(scope, id, description="Kenpin: the API and who may call it")
        self.api = gateway.HttpApi.from_http_api_attributes(self, "Api", http_api_id=web.api.api_id)
        machine, scope_name = self._factory_client(web.sign_in.pool)
        people = [read_parameter(self, stage, client) for client in (BROWSER_CLIENT, COMMAND_LINE_CLIENT)]
        authorizer = HttpJwtAuthorizer(
            "Token",
            web.sign_in.issuer,
            jwt_audience=[*people, machine.user_pool_client_id],
        )
        self._routes(stage, authorizer, scope_name)
        self._stage(stage)
        CfnOutput(self, "FactoryClient", value=machine.user_pool_client_id)
        acknowledge(self, REASONS)

    def _factory_client(self, pool: cognito.IUserPool) -> tuple[cognito.UserPoolClient, str]:
        """A client of factory systems, whose secret Cognito keeps, and the one scope that it can have."""
        intake = cognito.ResourceServerScope(scope_name="intake", scope_description="Bring images in")
        server = cognito.UserPoolResourceServer(
            self, "Kenpin", user_pool=pool, identifier="kenpin", scopes=[intake]
        )
        client = cognito.UserPoolClient(
            self,
            "Factory",
            user_pool=pool,
            generate_secret=True,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(client_credentials=True),
                scopes=[cognito.OAuthScope.resource_server(server, intake)],
            ),
            access_token_validity=Duration.hours(1),
            enable_token_revocation=True,
        )
        return client, f"{server.user_pool_resource_server_id}/{intake.scope_name}"

    def _stage(self, stage: Stage) -> None:
        log = logs.LogGroup(
            self, "AccessLog", retention=stage.log_retention_days, removal_policy=RemovalPolicy.DESTROY
        )
        made = gateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
            route_settings={
                route: {"ThrottlingRateLimit": OPEN_PER_SECOND, "ThrottlingBurstLimit": OPEN_BURST}
                for route in OPEN
            },
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.request_burst,
                detailed_metrics_enabled=True,
            ),
        )
        for route in OPEN:  # limits can be set only for a route that is there
            made.node.add_dependency(self.node.find_child(route))

    def _routes(self, stage: Stage, authorizer: HttpJwtAuthorizer, machine: str) -> None:
        integrations: dict[str, HttpLambdaIntegration] = {}
        for route in routes(machine):
            if route.function not in integrations:
                integrations[route.function] = self._integration(stage, route.function)
            gateway.HttpRoute(
                self,
                f"{route.method} {route.path}",
                http_api=self.api,
                route_key=gateway.HttpRouteKey.with_(route.path, gateway.HttpMethod[route.method]),
                integration=integrations[route.function],
                authorizer=authorizer if route.scopes else gateway.HttpNoneAuthorizer(),
                authorization_scopes=list(route.scopes) or None,
            )

    def _integration(self, stage: Stage, name: str) -> HttpLambdaIntegration:
        """Return the integration with the function of this name, which the core stack has made."""
        arn = self.format_arn(
            service="lambda",
            resource="function",
            resource_name=stage.function(name),
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        function = lambda_.Function.from_function_attributes(
            self, f"{name}-function", function_arn=arn, same_environment=True
        )
        return HttpLambdaIntegration(name, function, scope_permission_to_route=False)
