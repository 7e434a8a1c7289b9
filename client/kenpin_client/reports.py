"""Results of work that takes several requests: uploads, and labels from a table."""

from pathlib import Path

import msgspec

from kenpin_client.errors import KenpinError


class UploadReport(msgspec.Struct):
    """The result of an upload. `batch` names it, so that it can be undone as one."""

    batch: str
    registered: int = 0
    known: int = 0
    image_ids: dict[Path, str] = {}
    """The images of the files that are in the dataset now"""
    rejected: dict[Path, str] = {}
    """The reasons of the files that are not"""


class LabelReport(msgspec.Struct):
    """The result of labels from a table. `batch` names it, so that it can be undone as one."""

    batch: str
    judged: int = 0
    already_judged: int = 0
    """Images that keep the judgement that they had"""
    rejected: dict[str, str] = {}
    """Names of images, or places in the table, and why their labels are not taken"""


class ImportQuestion(msgspec.Struct, frozen=True):
    """A word of the table that nobody has given a meaning to yet."""

    word: str
    why: str
    choices: list[str]


class OpenQuestions(KenpinError):
    """Words of the table have no meaning yet. Pass answers={word: choice}."""

    def __init__(self, questions: list[ImportQuestion]) -> None:
        words = "; ".join(f"{each.word!r} ({each.why}): {' or '.join(each.choices)}" for each in questions)
        super().__init__(f"pass answers={{word: choice}} for {words}")
        self.questions = tuple(questions)


class ImportFaultPart(msgspec.Struct, frozen=True):
    """A code of a reason, and its parameters."""

    code: str
    parameters: dict[str, str]


class ImportProblem(msgspec.Struct, frozen=True):
    """A row of the table that cannot be used."""

    where: str
    what: str
    parts: list[ImportFaultPart] = []

    def missing_image(self) -> str | None:
        """Return the file name that no image has, where that is the reason."""
        return next((each.parameters["path"] for each in self.parts if each.code == "not_in_source"), None)


class ImportSummary(msgspec.Struct, frozen=True):
    """A plan of an import: how the platform reads the table, its questions and its problems."""

    questions: list[ImportQuestion]
    problems: list[ImportProblem]


class ImportClass(msgspec.Struct, frozen=True):
    """A defect class that the table names."""

    name: str
    class_id: str
    is_new: bool


class PlannedImport(msgspec.Struct, frozen=True):
    """The labels of the table, as the platform takes them. `items` are sent back as they came."""

    plan: ImportSummary
    classes: list[ImportClass]
    items: list[dict[str, object]]


class ImageLabels(msgspec.Struct, frozen=True):
    """The labels of one image, as the plan gave them."""

    image_id: str
    entry: dict[str, object]
