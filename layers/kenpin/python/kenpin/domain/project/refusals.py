"""Refusals of a project."""

from collections.abc import Iterable
from datetime import date

from kenpin.domain.decider import Missing, Refusal


class ProjectExists(Refusal):
    def __init__(self, project_id: str) -> None:
        super().__init__(f"project {project_id} exists already; choose another id")


class NoSuchProject(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such project; create it first")


class KeyTaken(Refusal):
    def __init__(self, key: int, by: str) -> None:
        super().__init__(f"key {key} already chooses class {by}; choose another digit")


class NameTaken(Refusal):
    def __init__(self, name: str, by: str) -> None:
        super().__init__(f"class {by} is named {name} already; choose another name, or revise that class")


class ColourTaken(Refusal):
    def __init__(self, colour: str, by: str) -> None:
        super().__init__(f"class {by} has the colour {colour} already; choose another colour")


class NoSuchClass(Missing):
    def __init__(self, class_id: str) -> None:
        super().__init__(f"the label book has no class {class_id}; define it first")


class ClassIsRetired(Refusal):
    def __init__(self, class_id: str, reason: str) -> None:
        why = f" ({reason})" if reason else ""
        super().__init__(
            f"class {class_id} is retired{why}; choose a class of the label book as it stands, or define it again"
        )


class BackboneNameTaken(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"the name {name} stands for another network already; choose another name")


class NoSuchBackbone(Missing):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"architecture: the project has no network {name}, but {', '.join(sorted(known))}; register it first "
            "(kenpin backbone add)"
        )


class UnusableKerasFile(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"the Keras file cannot be used: {why}")


class SampleExists(Refusal):
    def __init__(self, sample_id: str) -> None:
        super().__init__(f"limit sample {sample_id} exists already; choose another id")


class ValidityHasPassed(Refusal):
    def __init__(self, valid_until: date) -> None:
        super().__init__(f"valid_until: {valid_until} has passed; name a day to come, or none")


class AlreadyASample(Refusal):
    def __init__(self, image_id: str, class_id: str, sample_id: str) -> None:
        super().__init__(
            f"image {image_id} is limit sample {sample_id} of class {class_id} already; withdraw that one first"
        )


class NoSuchSample(Missing):
    def __init__(self, sample_id: str) -> None:
        super().__init__(f"there is no limit sample {sample_id}; see the label book for those there are")
