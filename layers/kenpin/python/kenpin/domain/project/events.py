"""What happens to a project and its label book."""

from kenpin.domain.event import Event
from kenpin.domain.ids import ProjectId


class ProjectCreated(Event):
    """Someone opened a project: the place of its products, label book and policy."""

    project_id: ProjectId
    name: str


class ProductDefined(Event):
    """A product (品種) that images can show."""

    product_id: str
    name: str


class DefectClassDefined(Event):
    """A kind of defect that people can point at. It makes a new revision of the label book."""

    class_id: str
    name: str
    name_ja: str = ""
    key: int | None = None
    """The digit key that chooses the class in the browser."""
    description: str = ""


class DefectClassRevised(Event):
    """The class was named or described anew; what was labelled before stays as it is."""

    class_id: str
    name: str
    name_ja: str = ""
    key: int | None = None
    description: str = ""


class DefectClassRetired(Event):
    """The class takes no new annotations."""

    class_id: str
    reason: str


class InspectionPolicySet(Event):
    """What mistakes cost in production: the base of thresholds."""

    escape_cost: float
    overkill_cost: float
    defect_rate: float | None = None
    """Share of NG in production, 0..1."""
    reason: str = ""


class ReviewPolicySet(Event):
    """Whether an annotation counts only when a second person has accepted it.

    With two people nobody reviews their own, and training takes accepted annotations only.
    """

    two_person: bool
    reason: str = ""


ProjectEvent = (
    ProjectCreated
    | ProductDefined
    | DefectClassDefined
    | DefectClassRevised
    | DefectClassRetired
    | InspectionPolicySet
    | ReviewPolicySet
)
