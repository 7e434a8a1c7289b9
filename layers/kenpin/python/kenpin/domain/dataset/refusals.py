"""Refusals of a dataset."""

from typing import Final

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.ids import ImageId


class DatasetExists(Refusal):
    text = "dataset {dataset_id} exists already; choose another id"

    def __init__(self, dataset_id: str) -> None:
        super().__init__(dataset_id=dataset_id)


class NoSuchDataset(Missing):
    text = "there is no such dataset; create it first"


class UnknownImage(Missing):
    text = "image {image_id} is not in this dataset; register it first"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class NotYet(Refusal):
    text = "{lacking}"

    def __init__(self, lacking: str) -> None:
        """`lacking`: what a repeated event still waits for."""
        super().__init__(lacking=lacking)


class ImageIsExcluded(Refusal):
    text = "image {image_id} is excluded ({reason}); restore it before judging it"

    def __init__(self, image_id: ImageId, reason: str) -> None:
        super().__init__(image_id=image_id, reason=reason)


class ImageIsErased(Refusal):
    text = "image {image_id} is erased ({reason}) and takes part no more"

    def __init__(self, image_id: ImageId, reason: str) -> None:
        super().__init__(image_id=image_id, reason=reason)


OK_WITH_DEFECTS: Final = "is judged OK but names defects; judge it NG or leave the defects out"


class DefectOnOk(Refusal):
    text = f"image {{image_id}} {OK_WITH_DEFECTS}"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class OutsideImage(Refusal):
    text = "a defect lies outside image {image_id}, which is {width}×{height} pixels"

    def __init__(self, image_id: ImageId, width: int, height: int) -> None:
        super().__init__(image_id=image_id, width=width, height=height)


class MaskDoesNotFit(Refusal):
    text = (
        "the runs of a mask cover {pixels} pixels, and image {image_id} has {width}×{height}; draw it again"
    )

    def __init__(self, image_id: ImageId, pixels: int, width: int, height: int) -> None:
        super().__init__(image_id=image_id, pixels=pixels, width=width, height=height)


class EmptyMask(Refusal):
    text = "a mask of image {image_id} marks no pixel; mark some, or leave the defect out"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class JudgedTwice(Refusal):
    text = "image {image_id} is named twice in one request; name it once"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class OverrideNeedsReason(Refusal):
    text = (
        "image {image_id} was judged by another person, or has an accepted judgement; "
        "send a reason with a judgement that overrides it"
    )

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class NotOwnJudgements(Refusal):
    text = "your role may undo your own judgements, and this change has more; ask a QA lead or an engineer"


class NothingToReview(Refusal):
    text = "image {image_id} has no annotation to review"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class OwnAnnotation(Refusal):
    text = (
        "the annotation of image {image_id} is your own, and this project asks for a second person; "
        "leave its review to somebody else"
    )

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class TaskExists(Refusal):
    text = "agreement task {task_id} exists already, with other images or people"

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id=task_id)


class NoSuchTask(Missing):
    text = "there is no agreement task {task_id} in this dataset"

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id=task_id)


class TaskIsClosed(Refusal):
    text = "agreement task {task_id} is closed and takes no more answers; see its result"

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id=task_id)


class StillBlind(Refusal):
    text = "agreement task {task_id} is open, and blind until it is closed; close it first"

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id=task_id)


class NotInTask(Refusal):
    text = "image {image_id} is not among those of agreement task {task_id}"

    def __init__(self, image_id: ImageId, task_id: str) -> None:
        super().__init__(image_id=image_id, task_id=task_id)


class NotAsked(Refusal):
    text = "{actor} is not among those whom agreement task {task_id} asks, or all its places are taken"

    def __init__(self, actor: str, task_id: str) -> None:
        super().__init__(actor=actor, task_id=task_id)


class ProtectedTestSplit(Refusal):
    text = "image {image_id} is in the protected test split and stays there"

    def __init__(self, image_id: ImageId) -> None:
        super().__init__(image_id=image_id)


class CandidateGone(Refusal):
    text = "image {image_id} is no open candidate of suggestion {suggestion_id}"

    def __init__(self, image_id: ImageId, suggestion_id: str) -> None:
        super().__init__(image_id=image_id, suggestion_id=suggestion_id)


class TagTaken(Refusal):
    text = "tag {name} already names version {version}; tags cannot be moved, choose another name"

    def __init__(self, name: str, at: int) -> None:
        super().__init__(name=name, version=at)


class TagLikeVersion(Refusal):
    text = "tag {name} would be read as version {name}; choose a name with a letter, such as v{name}"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NoSuchVersion(Missing):
    text = "there is no version {version} yet; the newest is {newest}"

    def __init__(self, version: int, newest: int) -> None:
        super().__init__(version=version, newest=newest)


class InsideCommit(Refusal):
    text = "version {version} lies inside a commit, whose events belong together; name the version a commit ends with"

    def __init__(self, version: int) -> None:
        super().__init__(version=version)


class NothingToUndo(Refusal):
    text = (
        "{what} changed no image, so there is nothing to undo: tags, windows, suggestions, field returns and a "
        "dataset's creation stay; see its versions for what can be undone"
    )

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class NoSuchChange(Missing):
    text = "{what}; see the dataset's versions"

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class TooFewLabels(Refusal):
    text = (
        "a run needs at least {least} images to learn from; there are {ok} OK and {ng} NG. Label more first"
    )

    def __init__(self, least_ok: int, least_ng: int, *, ok: int, ng: int) -> None:
        super().__init__(least=_least(least_ok, least_ng), least_ok=least_ok, least_ng=least_ng, ok=ok, ng=ng)


class TooFewAccepted(Refusal):
    text = (
        "a run needs at least {least} images to learn from; here {ok} OK and {ng} NG are "
        "accepted, and {left_out} judged ones are not. Have somebody review them first"
    )

    def __init__(self, least_ok: int, least_ng: int, *, ok: int, ng: int, left_out: int) -> None:
        least = _least(least_ok, least_ng)
        super().__init__(least=least, least_ok=least_ok, least_ng=least_ng, ok=ok, ng=ng, left_out=left_out)


def _least(ok: int, ng: int) -> str:
    return f"{ok} OK and {ng} NG" if ng else f"{ok} OK"


class NoSuchMask(Missing):
    text = "mask {mask} has not arrived; upload it first (POST …/uploads)"

    def __init__(self, mask: str) -> None:
        super().__init__(mask=f"{mask[:12]}…")


class TooManyImages(Refusal):
    text = (
        "{images:,} images take part, and at most {most:,} are looked at in one request; exclude images, or "
        "divide the dataset"
    )

    def __init__(self, images: int, most: int) -> None:
        super().__init__(images=images, most=most)


class ExportTooLarge(Refusal):
    """The images have more bytes than one zip file may hold."""

    text = (
        "the images have {size:,} bytes, and a zip file made here at most {most:,}; filter them, take images by "
        "reference, or run `kenpin export {dataset_id} --format {format}`"
    )

    def __init__(self, size: int, most: int, dataset_id: str, format: str) -> None:
        super().__init__(size=size, most=most, dataset_id=dataset_id, format=format)


class NothingToExport(Refusal):
    """The filters, or what the format leaves out, leave no image."""

    text = "the filter and the format leave no image; see the plan of the export"


class NothingToSuggest(Refusal):
    text = "the dataset has no image yet; import some first"


class NothingLeftToSuggest(Refusal):
    """No image is unlabelled and one that a run may learn from later."""

    text = "no image is left to suggest: all that a run may learn from are judged or excluded"
