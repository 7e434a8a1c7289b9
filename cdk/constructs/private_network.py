"""A network of two zones without a way to the internet, and the endpoints of AWS services in it.

Where the stage sleeps there are no interface endpoints: functions reach AWS over IPv6, outwards alone, and training
tasks run in subnets of their own with a public address, which costs only while they run. Nobody can come in.
"""

from aws_cdk import Fn, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.database_network import ZONES
from cdk.stage import Stage

SERVICES = {
    "Sqs": (ec2.InterfaceVpcEndpointAwsService.SQS, "functions send training jobs, tasks take them"),
    "EcrApi": (ec2.InterfaceVpcEndpointAwsService.ECR, "tasks ask where the training image lies"),
    "EcrImages": (ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER, "tasks fetch the training image"),
    "Logs": (ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, "tasks write their logs"),
}
"""Each costs by the hour and zone, and is there for its reason. Functions log and trace through Lambda itself."""
GPU_SERVICES = {
    "Ecs": (ec2.InterfaceVpcEndpointAwsService.ECS, "machines with a GPU join the cluster"),
    "EcsAgent": (ec2.InterfaceVpcEndpointAwsService.ECS_AGENT, "machines with a GPU are told what to run"),
    "EcsTelemetry": (
        ec2.InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
        "machines with a GPU tell how they are",
    ),
}
TASK_SUBNET_CONFIGURATION = ec2.SubnetConfiguration(
    name="tasks", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=20, map_public_ip_on_launch=False
)
TABLE_ACTIONS = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
OBJECT_ACTIONS = (
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutObject",
)
"""Actions of functions and tasks in the network; a test compares them with their rights."""
POSTGRES = 5432
TLS = 443


class PrivateNetwork(Construct):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=None if stage.zones else ZONES,
            availability_zones=[*stage.zones] or None,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="rows", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20
                ),
                *([] if stage.has_endpoints else [TASK_SUBNET_CONFIGURATION]),
            ],
        )
        if not stage.has_endpoints:
            self._lead_out()
        self._log_flows(stage)
        self.functions = self._group("Functions", "Functions and training tasks")
        self.migrations = self._group("Migrations", "Migrations, at deployments")
        self.database = self._group("Aurora", "The database")
        self.endpoints = self._group("Endpoints", "The endpoints of AWS services")
        self.proxy = self.database if stage.sleeps else self._group("Proxy", "The proxy of the database")
        """The group of what functions connect to."""
        self._allow(self.functions, self.proxy, POSTGRES, "functions and tasks ask for rows")
        self._allow(self.migrations, self.database, POSTGRES, "migrations ask the database as its owner")
        self._allow(self.functions, self.endpoints, TLS, "functions and tasks speak to AWS")
        self._add_endpoints(stage)  # the proxy's way to the database comes with the proxy

    def _group(self, id: str, what: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, id, vpc=self.vpc, description=what, allow_all_outbound=False)

    def _allow(self, client: ec2.SecurityGroup, server: ec2.SecurityGroup, port: int, why: str) -> None:
        server.add_ingress_rule(client, ec2.Port.tcp(port), why)
        client.add_egress_rule(server, ec2.Port.tcp(port), why)

    def _lead_out(self) -> None:
        """Give the isolated subnets IPv6 addresses and a gateway that lets connections out and none in."""
        block = ec2.CfnVPCCidrBlock(self, "V6", vpc_id=self.vpc.vpc_id, amazon_provided_ipv6_cidr_block=True)
        gateway = ec2.CfnEgressOnlyInternetGateway(self, "Out", vpc_id=self.vpc.vpc_id)
        blocks = Fn.cidr(Fn.select(0, self.vpc.vpc_ipv6_cidr_blocks), len(self.vpc.isolated_subnets), "64")
        for number, subnet in enumerate(self.vpc.isolated_subnets):
            native = subnet.node.default_child
            assert isinstance(native, ec2.CfnSubnet)
            native.ipv6_cidr_block = Fn.select(number, blocks)
            native.add_dependency(block)
            ec2.CfnRoute(
                self,
                f"Out{number}",
                route_table_id=subnet.route_table.route_table_id,
                destination_ipv6_cidr_block="::/0",
                egress_only_internet_gateway_id=gateway.attr_id,
            )

    def _of_this_account(self, *actions: str) -> iam.PolicyStatement:
        """Allow the actions on tables and buckets of this account alone: data cannot leave to another account."""
        return iam.PolicyStatement(
            principals=[iam.AnyPrincipal()],
            actions=list(actions),
            resources=["*"],
            conditions={"StringEquals": {"aws:ResourceAccount": Stack.of(self).account}},
        )

    def _of_aws(self) -> list[iam.PolicyStatement]:
        """Buckets of AWS: the layers of images in the registry, and the answers to CloudFormation."""
        stack = Stack.of(self)
        arn = f"arn:{stack.partition}:s3:::"
        region = Fn.join("", Fn.split("-", stack.region))
        return [
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()], actions=[action], resources=[f"{arn}{bucket}/*"]
            )
            for action, bucket in (
                ("s3:GetObject", f"prod-{stack.region}-starport-layer-bucket"),
                ("s3:PutObject", f"cloudformation-custom-resource-response-{region}"),
            )
        ]

    def _log_flows(self, stage: Stage) -> None:
        log = logs.LogGroup(
            self, "FlowLog", retention=stage.log_retention_days, removal_policy=RemovalPolicy.DESTROY
        )
        self.vpc.add_flow_log("Flows", destination=ec2.FlowLogDestination.to_cloud_watch_logs(log))

    def _add_endpoints(self, stage: Stage) -> None:
        """Add free gateways for DynamoDB and S3, and interface endpoints in `endpoint_zones` zones for the rest."""
        tables = self.vpc.add_gateway_endpoint("Tables", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        tables.add_to_policy(self._of_this_account(*TABLE_ACTIONS))
        objects = self.vpc.add_gateway_endpoint("Objects", service=ec2.GatewayVpcEndpointAwsService.S3)
        objects.add_to_policy(self._of_this_account(*OBJECT_ACTIONS))
        for statement in self._of_aws():
            objects.add_to_policy(statement)
        # These two are routes to public addresses of AWS, and there is no route to any other.
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(TLS), "to tables and objects")
        self.migrations.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(TLS), "to CloudFormation's bucket")
        if not stage.has_endpoints:
            self.functions.add_egress_rule(ec2.Peer.any_ipv6(), ec2.Port.tcp(TLS), "to queues")
            return
        zones = ec2.SubnetSelection(subnets=self.vpc.isolated_subnets[: stage.endpoint_zones])
        for id, (service, _) in {**SERVICES, **(GPU_SERVICES if stage.gpu_tasks else {})}.items():
            self.vpc.add_interface_endpoint(
                id, service=service, subnets=zones, security_groups=[self.endpoints], open=False
            )
