"""Facts of a small dataset that specifications start from."""

from hashlib import sha256

from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    CandidatesSuggested,
    DatasetCreated,
    ImageExcluded,
    ImageRegistered,
)
from kenpin.domain.dataset.values import Candidate, Capture, ImageFile
from kenpin.domain.ids import ImageId

A, B, C, D = IMAGES = tuple(sha256(name.encode()).hexdigest() for name in "abcd")
FILE = ImageFile(size=61_234, width=640, height=480, media_type="image/jpeg", name="a.jpg")

CREATED = DatasetCreated(dataset_id="cookies", project_id="bakery", name="Cookies")
OK_A = AnnotationSubmitted(image_id=A, verdict="OK")
EXCLUDED_A = ImageExcluded(image_id=A, reason="blurred")


def registered(image_id: ImageId, capture: Capture | None = None) -> ImageRegistered:
    return ImageRegistered(image_id=image_id, file=FILE, capture=capture or Capture(line="1"))


def suggested(*image_ids: ImageId, suggestion_id: str = "s1") -> CandidatesSuggested:
    candidates = tuple(Candidate(image_id=id, reason="diverse") for id in image_ids)
    return CandidatesSuggested(suggestion_id=suggestion_id, policy="diverse@1", candidates=candidates)


HISTORY = (CREATED, registered(A), registered(B))
