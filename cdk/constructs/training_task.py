"""The training container as an ECS task: image, environment and rights."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.layer_files import ROOT
from cdk.stage import Stage

DOCKERFILE = "training_container/Dockerfile"
ENTRY_POINT = ("python", "-m", "kenpin_training")
DATA_DIR = "/var/lib/kenpin"
REQUIREMENT_FILES = {"cpu": "requirements.txt", "gpu": "requirements-gpu.txt"}
"""Of training_container/: TensorFlow with CUDA is several times as large as without."""
USER = "10001"
"""As in the Dockerfile; a test compares them."""
STOP_TIMEOUT = Duration.seconds(120)
"""The longest that ECS waits on Fargate; the worker needs less to save what it has and give its job back."""
DISK_GIB = 50
"""For images, weights and checkpoints of the one job at a time."""


class TrainingTask(Construct):
    """One container, whatever it runs on."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        environment: Mapping[str, str],
        may: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, id)
        self._environment = {
            **environment,
            "KENPIN_DATA_DIR": DATA_DIR,
            "TMPDIR": DATA_DIR,  # the only folder that can be written
            "HOME": DATA_DIR,
            "NVIDIA_DRIVER_CAPABILITIES": "compute,utility",  # read where there is a GPU
        }
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        for statement in may:
            self.role.add_to_policy(statement)
        self.log = logs.LogGroup(
            self, "Log", retention=stage.log_retention_days, removal_policy=RemovalPolicy.DESTROY
        )

    def on_fargate(self, cpu: int, memory_mib: int) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(
            self,
            "Cpu",
            task_role=self.role,
            cpu=cpu,
            memory_limit_mib=memory_mib,
            ephemeral_storage_gib=DISK_GIB,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.X86_64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        self._add_container(task, "cpu")
        return task

    def on_gpu(self, memory_mib: int) -> ecs.Ec2TaskDefinition:
        """Return the task for machines with a GPU: one task per machine, as it takes the one GPU."""
        task = ecs.Ec2TaskDefinition(self, "Gpu", task_role=self.role, network_mode=ecs.NetworkMode.AWS_VPC)
        self._add_container(task, "gpu", gpu_count=1, memory_reservation_mib=memory_mib)
        return task

    def _add_container(
        self,
        task: ecs.TaskDefinition,
        kind: str,
        *,
        gpu_count: int | None = None,
        memory_reservation_mib: int | None = None,
    ) -> None:
        task.add_volume(name="data")
        container = task.add_container(
            "training",
            image=ecs.ContainerImage.from_docker_image_asset(self._image(kind)),
            entry_point=[*ENTRY_POINT],
            environment=self._environment,
            user=USER,
            readonly_root_filesystem=True,
            linux_parameters=_no_privileges(self, kind),
            stop_timeout=STOP_TIMEOUT,
            gpu_count=gpu_count,
            memory_reservation_mib=memory_reservation_mib,
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix=kind, log_group=self.log, mode=ecs.AwsLogDriverMode.NON_BLOCKING
            ),
        )
        container.add_mount_points(
            ecs.MountPoint(source_volume="data", container_path=DATA_DIR, read_only=False)
        )

    def _image(self, kind: str) -> assets.DockerImageAsset:
        """Return the image; Docker builds it at deployment."""
        return assets.DockerImageAsset(
            self,
            f"{kind}-image",
            directory=str(build_context()),
            file=DOCKERFILE,
            platform=assets.Platform.LINUX_AMD64,
            build_args={"REQUIREMENTS": REQUIREMENT_FILES[kind]},
        )


def _no_privileges(scope: Construct, kind: str) -> ecs.LinuxParameters:
    """Drop all capabilities; an init process forwards signals and reaps ended processes."""
    parameters = ecs.LinuxParameters(scope, f"{kind}-linux", init_process_enabled=True)
    parameters.drop_capabilities(ecs.Capability.ALL)
    return parameters


def build_context() -> Path:
    """Copy the files that the .dockerignore lets through: the library does not read that file."""
    staged = Path(tempfile.mkdtemp()) / "context"
    lines = (ROOT / f"{DOCKERFILE}.dockerignore").read_text().splitlines()
    for name in (DOCKERFILE, *(line[1:] for line in lines if line.startswith("!"))):
        source, target = ROOT / name, staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return staged
