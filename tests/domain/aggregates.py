"""Every aggregate with the commands that laws are tried with."""

from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import Category
from kenpin.domain.member.decider import member
from kenpin.domain.model.decider import model
from kenpin.domain.project.decider import project
from kenpin.domain.run.decider import run
from tests.domain import command_strategies
from tests.domain.histories import AnyDecider, Commands

AGGREGATES: dict[Category, tuple[AnyDecider, Commands]] = {
    "project": (project, [*command_strategies.PROJECT_COMMANDS]),
    "dataset": (dataset, [*command_strategies.DATASET_COMMANDS]),
    "run": (run, [*command_strategies.RUN_COMMANDS]),
    "model": (model, [*command_strategies.MODEL_COMMANDS]),
    "member": (member, [*command_strategies.MEMBER_COMMANDS]),
}
