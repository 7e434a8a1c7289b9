"""Refusals of a project."""

from collections.abc import Iterable
from datetime import date

from kenpin.domain.decider import Missing, Refusal


class ProjectExists(Refusal):
    text = "project {project_id} exists already; choose another id"

    def __init__(self, project_id: str) -> None:
        super().__init__(project_id=project_id)


class NoSuchProject(Missing):
    text = "there is no such project; create it first"


class KeyTaken(Refusal):
    text = "key {key} already chooses class {class_id}; choose another digit"

    def __init__(self, key: int, by: str) -> None:
        super().__init__(key=key, class_id=by)


class NameTaken(Refusal):
    text = "class {class_id} is named {name} already; choose another name, or revise that class"

    def __init__(self, name: str, by: str) -> None:
        super().__init__(name=name, class_id=by)


class ColourTaken(Refusal):
    text = "class {class_id} has the colour {colour} already; choose another colour"

    def __init__(self, colour: str, by: str) -> None:
        super().__init__(colour=colour, class_id=by)


class NoSuchClass(Missing):
    text = "the label book has no class {class_id}; define it first"

    def __init__(self, class_id: str) -> None:
        super().__init__(class_id=class_id)


class ClassIsRetired(Refusal):
    text = "class {class_id} is retired{because}; choose a class of the label book as it stands, or define it again"

    def __init__(self, class_id: str, reason: str) -> None:
        super().__init__(class_id=class_id, because=f" ({reason})" if reason else "")


class BackboneNameTaken(Refusal):
    text = "the name {name} stands for another network already; choose another name"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NoSuchBackbone(Missing):
    text = "architecture: the project has no network {name}, but {known}; register it first (kenpin backbone add)"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name=name, known=", ".join(sorted(known)))


class UnusableKerasFile(Refusal):
    text = "the Keras file cannot be used: {reason}"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class WebhookExists(Refusal):
    text = "webhook {webhook_id} exists already or was removed; choose another id"

    def __init__(self, webhook_id: str) -> None:
        super().__init__(webhook_id=webhook_id)


class TooManyWebhooks(Refusal):
    text = "a project has at most {most} webhooks; remove one first"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class NoSuchWebhook(Missing):
    text = "the project has no webhook {webhook_id}; see its list of webhooks"

    def __init__(self, webhook_id: str) -> None:
        super().__init__(webhook_id=webhook_id)


class DeliveredAlready(Refusal):
    text = "message {delivery_id} was delivered already; one that waits or is parked can be sent again"

    def __init__(self, delivery_id: int) -> None:
        super().__init__(delivery_id=delivery_id)


class WebhooksNeedOneMachine(Refusal):
    text = "on AWS nothing leads from the functions to the internet, so webhooks are sent by one machine only"

    def __init__(self) -> None:
        super().__init__()


class SampleExists(Refusal):
    text = "limit sample {sample_id} exists already; choose another id"

    def __init__(self, sample_id: str) -> None:
        super().__init__(sample_id=sample_id)


class ValidityHasPassed(Refusal):
    text = "valid_until: {valid_until} has passed; name a day to come, or none"

    def __init__(self, valid_until: date) -> None:
        super().__init__(valid_until=valid_until.isoformat())


class AlreadyASample(Refusal):
    text = "image {image_id} is limit sample {sample_id} of class {class_id} already; withdraw that one first"

    def __init__(self, image_id: str, class_id: str, sample_id: str) -> None:
        super().__init__(image_id=image_id, class_id=class_id, sample_id=sample_id)


class NoSuchSample(Missing):
    text = "there is no limit sample {sample_id}; see the label book for those there are"

    def __init__(self, sample_id: str) -> None:
        super().__init__(sample_id=sample_id)
