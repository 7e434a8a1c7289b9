"""Plan of a split: whole groups go to train, validation and test, stratified by verdict and class, or by time. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kenpin.domain.command import Command
from kenpin.domain.dataset.values import GroupingField
from kenpin.domain.ids import ImageId, Split

SplitBy = Literal["part", "lot", "session", "group", "time"]
"""part, lot, session: group by this field from now on; group: as images are grouped; time: whole groups, in blocks."""
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
TAKING: Final = 0.9
"""The most that may be taken from what is learnt from."""


class SplitRule(Command):
    """The wish of a split: what stays together, and the shares of the images."""

    by: SplitBy
    test: Annotated[float, Field(ge=0, le=TAKING)] = 0.2
    validation: Annotated[float, Field(ge=0, le=TAKING)] = 0.0
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0

    @model_validator(mode="after")
    def _leaves_something_to_learn_from(self) -> Self:
        if not 0 < self.test + self.validation <= TAKING:
            text = "test and validation together take more than 0 and at most {most} of the images"
            raise PydanticCustomError("split_shares", text, {"most": f"{TAKING:g}"})
        return self

    @property
    def grouping(self) -> GroupingField | None:
        """Return the field that images are grouped by from now on; None: as before."""
        return None if self.by == "group" or self.by == "time" else self.by

    @property
    def text(self) -> str:
        """Return the rule as it stands beside every metric."""
        shares = f"test {self.test:g}, validation {self.validation:g}"
        if self.by == "time":
            return f"by time, whole groups: {shares}"
        return f"whole groups by {self.by}: {shares}, seed {self.seed}"


class ImageToSplit(Struct, frozen=True, gc=False):
    """An image that takes part."""

    image_id: ImageId
    group: str | None
    """None: a group by itself"""
    split: Split | None
    verdict: str
    """OK | NG | HOLD | unlabelled"""
    classes: tuple[str, ...]
    taken_at: datetime


class SplitCounts(Struct, frozen=True):
    """Counts of one split."""

    groups: int
    images: int
    verdicts: Counter[str]
    classes: Counter[str]


class SplitPlan(Struct, frozen=True):
    """The images of each split that are not in it yet, and the counts once they are."""

    moves: Mapping[Split, Sequence[ImageId]]
    counts: Mapping[Split, SplitCounts]
    in_test: int
    """Images of the test split; they stay there."""
    follow: int
    """Images that go to test because others of their group are there."""
    largest_group: int


class _Group(Struct):
    """Images that stay together. `labels`: how many there are of each verdict and class."""

    name: str
    images: list[ImageToSplit]
    labels: dict[str, int]

    @property
    def is_in_test(self) -> bool:
        return any(image.split == "test" for image in self.images)


def plan_split(images: Iterable[ImageToSplit], rule: SplitRule) -> SplitPlan:
    """Plan a split of whole groups; the same images, rule and seed give the same plan, whatever their order.

    A group with an image in the test split goes there whole, as that image stays. No other split exceeds its share
    by more than one group.
    """
    groups = _groups(images)
    filling = _Filling(groups, rule)
    pinned = [group for group in groups if group.is_in_test]
    for group in pinned:
        filling.put(group, "test")
    free = [group for group in groups if not group.is_in_test]
    if rule.by == "time":
        for group in sorted(free, key=_by_time):
            filling.put(group, filling.next_in_line())
    else:
        for group in sorted(free, key=_by_size(rule.seed)):
            filling.put(group, filling.fitting(group))
    in_test = sum(image.split == "test" for group in pinned for image in group.images)
    return SplitPlan(
        moves={split: list(_moves(filling.placed[split], split)) for split in SPLITS},
        counts={split: _counts(filling.placed[split]) for split in SPLITS},
        in_test=in_test,
        follow=sum(len(group.images) for group in pinned) - in_test,
        largest_group=max((len(group.images) for group in groups), default=0),
    )


def _groups(images: Iterable[ImageToSplit]) -> list[_Group]:
    groups: dict[tuple[bool, str], _Group] = {}
    for image in images:
        key = (False, image.image_id) if image.group is None else (True, image.group)
        if (group := groups.get(key)) is None:
            group = groups[key] = _Group(key[1], [], {})
        group.images.append(image)
        for label in (image.verdict, *(f"class {class_id}" for class_id in image.classes)):
            group.labels[label] = group.labels.get(label, 0) + 1
    return list(groups.values())


def _by_size(seed: int) -> Callable[[_Group], tuple[int, bytes]]:
    """Largest first, so that small ones even out; those of one size in an order drawn by the seed."""
    return lambda group: (-len(group.images), hashlib.sha256(f"{seed} {group.name}".encode()).digest())


def _by_time(group: _Group) -> tuple[datetime, str]:
    return min(image.taken_at for image in group.images), group.name


class _Filling:
    """Splits while groups are put into them, one by one."""

    def __init__(self, groups: Sequence[_Group], rule: SplitRule) -> None:
        self._total = Counter[str]()
        for group in groups:
            _add(group.labels, self._total)
        shares = (1 - rule.test - rule.validation, rule.validation, rule.test)
        self._shares: dict[Split, float] = dict(zip(SPLITS, shares, strict=True))
        self._images = sum(len(group.images) for group in groups)
        self._held: dict[Split, int] = dict.fromkeys(SPLITS, 0)
        self._labels: dict[Split, Counter[str]] = {split: Counter() for split in SPLITS}
        self.placed: dict[Split, list[_Group]] = {split: [] for split in SPLITS}

    def put(self, group: _Group, split: Split) -> None:
        self.placed[split].append(group)
        self._held[split] += len(group.images)
        _add(group.labels, self._labels[split])

    def next_in_line(self) -> Split:
        """Return the first split that lacks images: learnt from is what came first, tested what came last."""
        return self._open()[0]

    def fitting(self, group: _Group) -> Split:
        """Return the split that lacks most of what the group has; a rare label weighs as much as a frequent one."""
        return max(self._open(), key=lambda split: self._lack(group, split))

    def _open(self) -> list[Split]:
        lacking = [s for s in SPLITS if self._held[s] < self._shares[s] * self._images - 1e-6]
        return lacking or ["train"]

    def _lack(self, group: _Group, split: Split) -> float:
        share, labels = self._shares[split], self._labels[split]
        lack = 0.0
        for label, count in sorted(group.labels.items()):
            total = self._total[label]
            lack += count / total * (share - labels[label] / total)
        return lack


def _add(labels: Mapping[str, int], counts: Counter[str]) -> None:
    for label, count in labels.items():
        counts[label] += count


def _moves(groups: Iterable[_Group], split: Split) -> Iterator[ImageId]:
    return (image.image_id for group in groups for image in group.images if image.split != split)


def _counts(groups: Sequence[_Group]) -> SplitCounts:
    images = [image for group in groups for image in group.images]
    return SplitCounts(
        groups=len(groups),
        images=len(images),
        verdicts=Counter(image.verdict for image in images),
        classes=Counter(class_id for image in images for class_id in image.classes),
    )
