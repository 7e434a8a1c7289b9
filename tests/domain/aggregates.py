"""Every aggregate with the commands that laws are tried with."""

from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import Category
from kenpin.domain.member.decider import member
from kenpin.domain.model.decider import model
from kenpin.domain.project.decider import project
from kenpin.domain.run.decider import run
from tests.domain import small_world
from tests.domain.histories import AnyDecider, Commands

AGGREGATES: dict[Category, tuple[AnyDecider, Commands]] = {
    "project": (project, [*small_world.PROJECT_COMMANDS]),
    "dataset": (dataset, [*small_world.DATASET_COMMANDS]),
    "run": (run, [*small_world.RUN_COMMANDS]),
    "model": (model, [*small_world.MODEL_COMMANDS]),
    "member": (member, [*small_world.MEMBER_COMMANDS]),
}
