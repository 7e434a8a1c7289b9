"""Machines with a GPU: started when a task needs one, stopped when none does."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.constructs.grants import allow
from cdk.stage import Stage

DISK_GIB = 100
"""For the system, the image with CUDA, and the data of the one task."""
AGENT_ACTIONS = (
    "ecs:DeregisterContainerInstance",
    "ecs:RegisterContainerInstance",
    "ecs:SubmitAttachmentStateChanges",
    "ecs:SubmitContainerStateChange",
    "ecs:SubmitTaskStateChange",
)
LISTEN_ACTIONS = ("ecs:Poll", "ecs:StartTelemetrySession")


class GpuMachines(Construct):
    """From none to `stage.gpu_tasks` of them: ECS asks for as many as its tasks need."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        vpc: ec2.IVpc,
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, id)
        machines = autoscaling.AutoScalingGroup(
            self,
            "Machines",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            launch_template=self._template(stage, group),
            min_capacity=0,
            max_capacity=stage.gpu_tasks,
            cooldown=Duration.minutes(1),
            new_instances_protected_from_scale_in=True,
        )
        self.provider = ecs.AsgCapacityProvider(
            self,
            "Provider",
            auto_scaling_group=machines,
            enable_managed_scaling=True,
            enable_managed_termination_protection=True,
            enable_managed_draining=True,
        )

    def _template(self, stage: Stage, group: ec2.ISecurityGroup) -> ec2.LaunchTemplate:
        user_data_script = ec2.UserData.for_linux()
        user_data_script.add_commands(
            *(f"echo {line} >> /etc/ecs/ecs.config" for line in _agent_settings(stage))
        )
        encrypted = ec2.BlockDeviceVolume.ebs(
            DISK_GIB, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3
        )
        return ec2.LaunchTemplate(
            self,
            "Template",
            instance_type=ec2.InstanceType(stage.gpu_instance),
            machine_image=ecs.EcsOptimizedImage.amazon_linux2023(ecs.AmiHardwareType.GPU),
            block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=encrypted)],
            require_imdsv2=True,
            http_put_response_hop_limit=1,
            detailed_monitoring=True,
            role=self._role(stage),
            security_group=group,
            user_data=user_data_script,
        )

    def _role(self, stage: Stage) -> iam.IRole:
        """Return a role with the rights that the ECS agent needs; the library would grant ecs:Submit*."""
        stack = Stack.of(self)
        cluster = stack.format_arn(service="ecs", resource="cluster", resource_name=stage.title)
        instances = stack.format_arn(
            service="ecs", resource="container-instance", resource_name=f"{stage.title}/*"
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
            inline_policies={
                "Agent": iam.PolicyDocument(
                    statements=[
                        allow(cluster, *AGENT_ACTIONS),
                        allow(instances, *LISTEN_ACTIONS),
                        allow("*", "ecs:DiscoverPollEndpoint"),
                    ]
                )
            },
        )
        return role.without_policy_updates()


def _agent_settings(stage: Stage) -> tuple[str, ...]:
    """Return the agent's settings. Tasks cannot read the machine's role: they have their own."""
    return f"ECS_CLUSTER={stage.title}", "ECS_AWSVPC_BLOCK_IMDS=true"
