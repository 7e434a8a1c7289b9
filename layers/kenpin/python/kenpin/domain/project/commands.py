"""What can be asked of a project."""

from typing import Annotated

from pydantic import Field

from kenpin.domain.command import Command, Name, Slug, Text


class CreateProject(Command):
    project_id: Slug
    name: Name


class DefineProduct(Command):
    product_id: Slug
    name: Name


class DefineDefectClass(Command):
    """Define the class, or revise it when it is there."""

    class_id: Slug
    name: Name
    name_ja: Annotated[str, Field(max_length=120)] = ""
    key: Annotated[int, Field(ge=1, le=9)] | None = None
    description: Text = ""


class RetireDefectClass(Command):
    class_id: Slug
    reason: Text


class SetInspectionPolicy(Command):
    escape_cost: Annotated[float, Field(gt=0)]
    overkill_cost: Annotated[float, Field(gt=0)]
    defect_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    reason: Text = ""


class SetReviewPolicy(Command):
    two_person: bool
    reason: Text = ""


ProjectCommand = (
    CreateProject
    | DefineProduct
    | DefineDefectClass
    | RetireDefectClass
    | SetInspectionPolicy
    | SetReviewPolicy
)
