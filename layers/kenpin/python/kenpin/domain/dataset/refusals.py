"""Refusals of a dataset."""

from typing import Final

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.ids import ImageId


class DatasetExists(Refusal):
    def __init__(self, dataset_id: str) -> None:
        super().__init__(f"dataset {dataset_id} exists already; choose another id")


class NoSuchDataset(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such dataset; create it first")


class UnknownImage(Missing):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(f"image {image_id} is not in this dataset; register it first")


class NotYet(Refusal):
    def __init__(self, lacking: str) -> None:
        """`lacking`: what a repeated event still waits for."""
        super().__init__(lacking)


class ImageIsExcluded(Refusal):
    def __init__(self, image_id: ImageId, reason: str) -> None:
        super().__init__(f"image {image_id} is excluded ({reason}); restore it before judging it")


class ImageIsErased(Refusal):
    def __init__(self, image_id: ImageId, reason: str) -> None:
        super().__init__(f"image {image_id} is erased ({reason}) and takes part no more")


OK_WITH_DEFECTS: Final = "is judged OK but names defects; judge it NG or leave the defects out"


class DefectOnOk(Refusal):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(f"image {image_id} {OK_WITH_DEFECTS}")


class OutsideImage(Refusal):
    def __init__(self, image_id: ImageId, width: int, height: int) -> None:
        super().__init__(f"a defect lies outside image {image_id}, which is {width}×{height} pixels")


class JudgedTwice(Refusal):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(f"image {image_id} is named twice in one request; name it once")


class NothingToReview(Refusal):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(f"image {image_id} has no annotation to review")


class OwnAnnotation(Refusal):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(
            f"the annotation of image {image_id} is your own, and this project asks for a second person; "
            "leave its review to somebody else"
        )


class TaskExists(Refusal):
    def __init__(self, task_id: str) -> None:
        super().__init__(f"agreement task {task_id} exists already, with other images or people")


class NoSuchTask(Missing):
    def __init__(self, task_id: str) -> None:
        super().__init__(f"there is no agreement task {task_id} in this dataset")


class TaskIsClosed(Refusal):
    def __init__(self, task_id: str) -> None:
        super().__init__(f"agreement task {task_id} is closed and takes no more answers; see its result")


class StillBlind(Refusal):
    def __init__(self, task_id: str) -> None:
        super().__init__(f"agreement task {task_id} is open, and blind until it is closed; close it first")


class NotInTask(Refusal):
    def __init__(self, image_id: ImageId, task_id: str) -> None:
        super().__init__(f"image {image_id} is not among those of agreement task {task_id}")


class NotAsked(Refusal):
    def __init__(self, person: str, task_id: str) -> None:
        super().__init__(
            f"{person} is not among those whom agreement task {task_id} asks, or all its places are taken"
        )


class ProtectedTestSplit(Refusal):
    def __init__(self, image_id: ImageId) -> None:
        super().__init__(f"image {image_id} is in the protected test split and stays there")


class CandidateGone(Refusal):
    def __init__(self, image_id: ImageId, suggestion_id: str) -> None:
        super().__init__(f"image {image_id} is no open candidate of suggestion {suggestion_id}")


class TagTaken(Refusal):
    def __init__(self, name: str, at: int) -> None:
        super().__init__(f"tag {name} already names version {at}; tags cannot be moved, choose another name")


class NoSuchVersion(Missing):
    def __init__(self, version: int, newest: int) -> None:
        super().__init__(f"there is no version {version} yet; the newest is {newest}")


class InsideCommit(Refusal):
    def __init__(self, version: int) -> None:
        super().__init__(
            f"version {version} lies inside a commit, whose events belong together; name the version a commit ends with"
        )


class NothingToUndo(Refusal):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} changed no image, so there is nothing to undo: tags, windows, suggestions, field returns and a "
            "dataset's creation stay; see its versions for what can be undone"
        )


class NoSuchChange(Missing):
    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; see the dataset's versions")


class TooFewLabels(Refusal):
    def __init__(self, least_ok: int, least_ng: int, *, ok: int, ng: int) -> None:
        super().__init__(
            f"a run needs at least {_least(least_ok, least_ng)} images to learn from; there are {ok} OK and {ng} NG. "
            "Label more first"
        )


class TooFewAccepted(Refusal):
    def __init__(self, least_ok: int, least_ng: int, *, ok: int, ng: int, left_out: int) -> None:
        super().__init__(
            f"a run needs at least {_least(least_ok, least_ng)} images to learn from; here {ok} OK and {ng} NG are "
            f"accepted, and {left_out} judged ones are not. Have somebody review them first"
        )


def _least(ok: int, ng: int) -> str:
    return f"{ok} OK and {ng} NG" if ng else f"{ok} OK"


class NoSuchMask(Missing):
    def __init__(self, mask: str) -> None:
        super().__init__(f"mask {mask[:12]}… has not arrived; upload it first (POST …/uploads)")


class TooManyImages(Refusal):
    def __init__(self, images: int, most: int) -> None:
        super().__init__(
            f"{images:,} images take part, and at most {most:,} are looked at in one request; exclude images, or "
            "divide the dataset"
        )
