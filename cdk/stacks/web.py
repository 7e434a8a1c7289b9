"""Stack of the UI, the sign-in, and the one origin in front of UI and API."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack, custom_resources
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.front_door import FrontDoor
from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.pages import Pages
from cdk.constructs.parameters import write_parameters
from cdk.constructs.sign_in import SCOPES, SignIn
from cdk.stacks.waf import REGION, WEB_ACL
from cdk.stage import Stage

BROWSER_CLIENT, COMMAND_LINE_CLIENT = "browser-client", "command-line-client"
"""Parameters by which the api stack learns whose tokens it takes."""
REASONS = {
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]": (
        "The library's function that reads where the web ACL is (waf) may write its log."
    ),
    "L1": "The library chooses the runtime of its own functions.",
    "IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]": (
        "What a deployment brings lies there under names that only the CLI knows."
    ),
    "IAM5[Resource::<PagesBucket1F9960AC.Arn>/*]": "Every file of the UI, in the one bucket that holds nothing else.",
}


class WebStack(Stack):
    """`objects`: the bucket that pages fetch files from, through CloudFront, and send files to by signed address.

    The HTTP API is made here, empty, and filled by the api stack: its authorizer must know the browser's client,
    the client the name of the distribution, and the distribution the name of the API.
    """

    def __init__(self, scope: Construct, id: str, stage: Stage, objects: s3.Bucket) -> None:
        super().__init__(scope, id, description="Kenpin: UI, sign-in and the one origin")
        self.api = gateway.HttpApi(self, "Api", create_default_stage=False)
        self.sign_in = SignIn(self, "SignIn", stage)
        pages = Pages(self, "Pages")
        front_door = FrontDoor(
            self,
            "FrontDoor",
            stage,
            pages=pages.bucket,
            api_host=f"{self.api.api_id}.execute-api.{self.region}.{self.url_suffix}",
            objects=s3.Bucket.from_bucket_attributes(
                self,
                "Objects",
                bucket_name=objects.bucket_name,
                bucket_regional_domain_name=objects.bucket_regional_domain_name,
            ),
            sign_in=self.sign_in.address,
            web_acl=self._web_acl(stage) if stage.waf else None,
        )
        self.distribution = front_door.distribution
        self.browser = self.sign_in.browser(front_door.address)
        self.command_line = self.sign_in.command_line()
        clients = {
            BROWSER_CLIENT: self.browser.user_pool_client_id,
            COMMAND_LINE_CLIENT: self.command_line.user_pool_client_id,
        }
        write_parameters(self, stage, clients)
        pages.deploy(stage, {"oidc": self._oidc()})
        CfnOutput(self, "Address", value=front_door.address)
        CfnOutput(self, "PeoplePool", value=self.sign_in.pool.user_pool_id)
        CfnOutput(self, "SignInPage", value=self.sign_in.address)
        acknowledge(self, REASONS)

    def _oidc(self) -> dict[str, str]:
        return {
            "issuer": self.sign_in.issuer,
            "client_id": self.browser.user_pool_client_id,
            "cli_client_id": self.command_line.user_pool_client_id,
            "domain": self.sign_in.address,
            "scope": " ".join(scope.scope_name for scope in SCOPES),
        }

    def _web_acl(self, stage: Stage) -> str:
        """Return the ARN from the SSM parameter of the WAF stack."""
        name = stage.parameter(WEB_ACL)
        arn = self.format_arn(
            service="ssm", region=REGION, resource="parameter", resource_name=name.removeprefix("/")
        )
        read = custom_resources.AwsSdkCall(
            service="SSM",
            action="getParameter",
            parameters={"Name": name},
            region=REGION,
            physical_resource_id=custom_resources.PhysicalResourceId.of(name),
        )
        log = logs.LogGroup(
            self, "WebAclLog", retention=stage.log_retention_days, removal_policy=RemovalPolicy.DESTROY
        )
        read_parameter = iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[arn])
        return custom_resources.AwsCustomResource(
            self,
            "WebAcl",
            on_update=read,
            policy=custom_resources.AwsCustomResourcePolicy.from_statements([read_parameter]),
            install_latest_aws_sdk=False,
            log_group=log,
        ).get_response_field("Parameter.Value")
