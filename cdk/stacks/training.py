"""Stack of training: ECS tasks on Fargate and on machines with a GPU, as many as there are jobs."""

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.constructs.database_network import WAKE_S, DatabaseNetwork, task_network
from cdk.constructs.functions import database_settings
from cdk.constructs.gpu_machines import GpuMachines
from cdk.constructs.grants import allow, every_object
from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.parameters import read_parameter
from cdk.constructs.queue_scaling import QueueScaling
from cdk.constructs.rows_step import rows_step
from cdk.constructs.training_task import TrainingTask
from cdk.stacks.core import CoreStack
from cdk.stage import Stage
from functions.manifest import TRAINING_MAY

GPU_MEMORY_MIB = 8_192
"""Memory that a task reserves; no other is beside it, so it may use what the machine has."""
BUCKET = "ExportsOutputFnGetAttObjectBucketObjectsD7570526ArnC9155CCB"


class TrainingStack(Stack):
    """One queue for both services: of its jobs as many as there may be GPUs wake those, the rest wakes Fargate."""

    def __init__(self, scope: Construct, id: str, stage: Stage, core: CoreStack) -> None:
        super().__init__(scope, id, description="Kenpin: training")
        self._jobs, self._stage = core.jobs, stage
        network = DatabaseNetwork.read(self, stage)
        vpc, self._group = task_network(self, stage, network)
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=stage.title,  # the rule that hears of stopped tasks knows it by this name
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        may = [*core.resources.statements(TRAINING_MAY), network.connect("reader"), self._protection()]
        environment = {
            **core.resources.environment(),
            **database_settings(network, "reader"),
            **stage.settings,
            "AWS_DEFAULT_REGION": self.region,
            **({"KENPIN_DATABASE_WAKE_SECONDS": str(WAKE_S)} if stage.sleeps else {}),
        }
        # The library asks a cluster for machines that it added itself; ours come by their provider.
        self._known_cluster = ecs.Cluster.from_cluster_attributes(
            self, "Known", cluster_name=self.cluster.cluster_name, vpc=vpc, has_ec2_capacity=True
        )
        self._task = TrainingTask(self, "Task", stage, environment, may)
        providers = ["FARGATE", "FARGATE_SPOT"]
        if stage.gpu_tasks:
            machines = GpuMachines(self, "Gpu", stage, vpc, self._group)
            providers.append(machines.provider.capacity_provider_name)
        self._capacity = ecs.CfnClusterCapacityProviderAssociations(
            self,
            "Capacity",
            cluster=self.cluster.cluster_name,
            capacity_providers=providers,
            default_capacity_provider_strategy=[],
        )
        self.services = {"cpu": self._on_fargate("FARGATE_SPOT" if stage.cpu_spot else "FARGATE")}
        if stage.gpu_tasks:
            self.services["gpu"] = self._on_gpus(providers[-1])
        self._drop_other_rows()
        acknowledge(self, _reasons(stage, core))

    def _drop_other_rows(self) -> None:
        """After the last that may use them, the tasks of before, have been replaced."""
        layouts, code = (read_parameter(self, self._stage, name) for name in ("layouts-function", "code"))
        drop = rows_step(self, "Rows", layouts, "drop", code)
        drop.node.add_dependency(*self.services.values())

    def _protection(self) -> iam.PolicyStatement:
        """Return the right of a task's role to protect the task from scaling in."""
        tasks = self.format_arn(service="ecs", resource="task", resource_name=f"{self._stage.title}/*")
        return allow(tasks, "ecs:UpdateTaskProtection")

    def _on_fargate(self, provider: str) -> ecs.BaseService:
        task = self._task.on_fargate(*self._stage.cpu_task_size)
        service = self._service("cpu", ecs.FargateService, task, provider)
        self._scale("cpu", service, max_tasks=self._stage.cpu_tasks, other_jobs=self._stage.gpu_tasks)
        return service

    def _on_gpus(self, provider: str) -> ecs.BaseService:
        service = self._service("gpu", ecs.Ec2Service, self._task.on_gpu(GPU_MEMORY_MIB), provider)
        self._scale("gpu", service, max_tasks=self._stage.gpu_tasks)
        return service

    def _service(
        self,
        kind: str,
        make: type[ecs.FargateService] | type[ecs.Ec2Service],
        task: ecs.TaskDefinition,
        provider: str,
    ) -> ecs.BaseService:
        """Return a service whose number of tasks is left to scaling: a template with one would undo it.

        ECS starts the first task with the service, and scaling ends it when it finds no job. A deployment starts new
        tasks beside the old ones, and ends these once they no longer protect themselves.
        """
        service = make(
            self,
            f"{kind}-service",
            cluster=self._known_cluster,
            task_definition=task,
            capacity_provider_strategies=[ecs.CapacityProviderStrategy(capacity_provider=provider, weight=1)],
            min_healthy_percent=0,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            vpc_subnets=ec2.SubnetSelection(subnet_type=self._subnets()),
            assign_public_ip=not self._stage.has_endpoints,
            security_groups=[self._group],
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_ecs_managed_tags=True,
        )
        service.node.add_dependency(self._capacity)
        return service

    def _subnets(self) -> ec2.SubnetType:
        """Return the kind of subnets of tasks: public where no endpoints lead to the registry, queues and logs."""
        return ec2.SubnetType.PRIVATE_ISOLATED if self._stage.has_endpoints else ec2.SubnetType.PUBLIC

    def _scale(self, kind: str, service: ecs.BaseService, max_tasks: int, other_jobs: int = 0) -> None:
        QueueScaling(
            self,
            f"{kind}-scaling",
            service=service,
            jobs=self._jobs,
            max_tasks=max_tasks,
            other_jobs=other_jobs,
        )


def _reasons(stage: Stage, core: CoreStack) -> dict[str, str]:
    ours = "arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>"
    return {
        "ECS2": "Names of resources and no secrets: the database takes a token made for each connection.",
        "AS3": "ECS starts and ends the machines as its tasks need them; the dashboard shows the tasks.",
        "IAM5[Resource::*]": "ecr:GetAuthorizationToken and ecs:DiscoverPollEndpoint name no resource.",
        f"IAM5[Resource::{ours}:task/{stage.title}/*]": "A task protects itself; its name is made at its start.",
        f"IAM5[Resource::{ours}:container-instance/{stage.title}/*]": "Names made when a machine starts.",
        **every_object(f"{core.stack_name}:{BUCKET}"),
    }
