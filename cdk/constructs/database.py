"""Aurora PostgreSQL and the proxy that keeps its connections.

Nobody has a password: all log in by IAM token, from the client to the proxy and from the proxy to the database.
"""

from collections.abc import Mapping

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from constructs import Construct

from cdk.constructs.database_network import ROLES, WAKE_S, DatabaseNetwork
from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.private_network import POSTGRES, PrivateNetwork
from cdk.stage import Stage

ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_9)
DATABASE = "kenpin"
OWNER = "kenpin_owner"
PAUSES_AFTER = Duration.minutes(5)
"""Time without a connection after which Aurora pauses; it allows no less."""
REASONS = {
    "RDS10": "Protection is the stage's choice (deletion_protection): a first deployment must be able to go back.",
}
RDS_USERS = "arn:<AWS::Partition>:rds-db:<AWS::Region>:<AWS::AccountId>:dbuser"


class Aurora(Construct):
    def __init__(
        self, scope: Construct, id: str, network: PrivateNetwork, key: kms.Key, stage: Stage
    ) -> None:
        super().__init__(scope, id)
        self._logs = Construct(self, "Logs")
        proxies = () if stage.sleeps else (f"proxy/{stage.title}",)
        for name in (f"cluster/{stage.title}/postgresql", *proxies):
            logs.LogGroup(
                self._logs,
                name.partition("/")[0],
                log_group_name=f"/aws/rds/{name}",
                retention=stage.log_retention_days,
                removal_policy=RemovalPolicy.DESTROY,
            )
        self.cluster = self._cluster(network, key, stage)
        self.proxy = None if stage.sleeps else self._proxy(network, stage)
        host = self.proxy.endpoint if self.proxy else self.cluster.cluster_endpoint.hostname
        self.url = _connection_url("", host)

    def network_of_functions(self, network: PrivateNetwork) -> DatabaseNetwork:
        """Return the network of all functions that use rows. Each layout has a user for each role."""
        logins = {role: self._user_arn(f"{self._server()}/kenpin_{role}_*") for role in ROLES}
        return self._network(network, network.functions, self.url, logins)

    def _server(self) -> str:
        """Return what a login names: the proxy, or the cluster where there is none."""
        if self.proxy is None:
            return self.cluster.cluster_resource_identifier
        proxy = Stack.of(self).split_arn(self.proxy.db_proxy_arn, ArnFormat.COLON_RESOURCE_NAME)
        return str(proxy.resource_name)

    def network_of_owner(self, network: PrivateNetwork) -> DatabaseNetwork:
        """Return the network of migrations: the owner connects directly."""
        url = _connection_url(f"{OWNER}@", self.cluster.cluster_endpoint.hostname)
        logins = {OWNER: self._user_arn(f"{self.cluster.cluster_resource_identifier}/{OWNER}")}
        return self._network(network, network.migrations, url, logins)

    def _network(
        self, network: PrivateNetwork, group: ec2.SecurityGroup, url: str, logins: Mapping[str, str]
    ) -> DatabaseNetwork:
        subnets = [subnet.subnet_id for subnet in network.vpc.isolated_subnets]
        return DatabaseNetwork(subnets, group.security_group_id, url, logins)

    def _user_arn(self, name: str) -> str:
        return Stack.of(self).format_arn(
            service="rds-db",
            resource="dbuser",
            resource_name=name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _cluster(self, network: PrivateNetwork, key: kms.Key, stage: Stage) -> rds.DatabaseCluster:
        cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=stage.title,
            engine=ENGINE,
            default_database_name=DATABASE,
            credentials=rds.Credentials.from_username(OWNER),
            manage_master_user_password=True,
            writer=_instance("Writer"),
            readers=[_instance(f"Reader{number}", takes_over=True) for number in range(stage.readers)],
            serverless_v2_min_capacity=0 if stage.sleeps else stage.least_capacity,
            serverless_v2_auto_pause_duration=PAUSES_AFTER if stage.sleeps else None,
            serverless_v2_max_capacity=stage.most_capacity,
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[network.database],
            storage_encryption_key=key,
            iam_authentication=True,
            parameters={"rds.force_ssl": "1"},
            cloudwatch_logs_exports=["postgresql"],
            backup=rds.BackupProps(retention=Duration.days(stage.backup_days)),
            copy_tags_to_snapshot=True,
            deletion_protection=stage.deletion_protection,
            removal_policy=RemovalPolicy.SNAPSHOT,
        )
        cluster.node.add_dependency(self._logs)
        acknowledge(cluster, REASONS)
        native = cluster.node.default_child
        assert isinstance(native, rds.CfnDBCluster)
        native.master_user_authentication_type = "iam-db-auth"
        native.manage_master_user_password = None  # of the library, which knows no owner without a password
        native.master_user_secret = None
        return cluster

    def _proxy(self, network: PrivateNetwork, stage: Stage) -> rds.DatabaseProxy:
        role = iam.Role(self, "ProxyRole", assumed_by=iam.ServicePrincipal("rds.amazonaws.com"))
        cluster = self.cluster.cluster_resource_identifier
        users = [self._user_arn(f"{cluster}/kenpin_{each}_*") for each in ROLES]
        role.add_to_policy(iam.PolicyStatement(actions=["rds-db:connect"], resources=users))
        why = "Each layout of the rows has a user of its own."
        arn = f"{RDS_USERS}:<DatabaseCluster5B53A178.DBClusterResourceId>"
        acknowledge(role, {f"IAM5[Resource::{arn}/kenpin_{each}_*]": why for each in ROLES})
        return rds.DatabaseProxy(
            self,
            "Proxy",
            db_proxy_name=stage.title,
            proxy_target=rds.ProxyTarget.from_cluster(self.cluster),
            default_auth_scheme=rds.DefaultAuthScheme.IAM_AUTH,
            require_tls=True,
            role=role,
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[network.proxy],
            borrow_timeout=Duration.seconds(10),
            idle_client_timeout=Duration.minutes(15),
        )


def _connection_url(user: str, host: str) -> str:
    """Return the URL without a password; `user` ends with @. The server's certificate and host name are verified.

    Migrations wait as long for a connection; a pool has a limit of its own.
    """
    return f"postgresql://{user}{host}:{POSTGRES}/{DATABASE}?sslmode=verify-full&connect_timeout={WAKE_S}"


def _instance(id: str, takes_over: bool = False) -> rds.IClusterInstance:
    """Return an instance. `takes_over`: it scales with the writer, so that it can replace it."""
    return rds.ClusterInstance.serverless_v2(
        id,
        ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
        publicly_accessible=False,
        scale_with_writer=takes_over or None,
    )
