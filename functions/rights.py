"""The table of rights: every operation of the API and the roles that may do it.

An operation that is neither here nor in `manifest.OPEN` is refused.

A role is held in one project or, on `*`, in the whole installation. Each operation is asked of the one project that
everything named in the request belongs to, unless a set below says otherwise.
"""

from typing import Final, get_args

from kenpin.domain.member.events import Role

Roles = frozenset[Role]

READERS: Final[Roles] = frozenset(get_args(Role)) - {"machine"}
ADMIN: Final[Roles] = frozenset({"admin"})
LEADS: Final[Roles] = frozenset({"admin", "qa_lead"})
ENGINEERS: Final[Roles] = frozenset({"admin", "engineer"})
PRACTICE: Final[Roles] = frozenset({"admin", "qa_lead", "engineer"})
JUDGES: Final[Roles] = frozenset({"admin", "qa_lead", "engineer", "inspector"})
SENDERS: Final[Roles] = frozenset({"admin", "engineer", "machine"})
OVERSEERS: Final[Roles] = frozenset({"admin", "qa_lead", "auditor"})
AS_STORED: Final[Roles] = PRACTICE | {"auditor"}
"""Without inspectors: stored commits show what others answered blind, and cannot be cut."""
EVERYBODY: Final[Roles] = READERS | {"machine"}

RIGHTS: Final[dict[str, Roles]] = {
    # projects and the label book
    "GET /v1/projects": READERS,
    "POST /v1/projects": ENGINEERS,
    "GET /v1/projects/<project_id>": READERS,
    "POST /v1/projects/<project_id>/defect-classes": LEADS,
    "POST /v1/projects/<project_id>/defect-classes/<class_id>/retirement": LEADS,
    "POST /v1/projects/<project_id>/products": PRACTICE,
    "PUT /v1/projects/<project_id>/automatic-inspection": PRACTICE,
    "PUT /v1/projects/<project_id>/policy": PRACTICE,
    "PUT /v1/projects/<project_id>/review-policy": LEADS,
    "PUT /v1/projects/<project_id>/judgement-reasons": LEADS,
    "PUT /v1/projects/<project_id>/time-zone": LEADS,
    "PUT /v1/projects/<project_id>/gates": LEADS,
    "PUT /v1/projects/<project_id>/suggestion-mix": PRACTICE,
    "GET /v1/projects/<project_id>/backbones": READERS,
    "POST /v1/projects/<project_id>/backbones": ENGINEERS,
    "POST /v1/projects/<project_id>/backbones/uploads": ENGINEERS,
    # webhooks
    "GET /v1/projects/<project_id>/webhooks": ADMIN,
    "POST /v1/projects/<project_id>/webhooks": ADMIN,
    "PUT /v1/projects/<project_id>/webhooks/<webhook_id>": ADMIN,
    "POST /v1/projects/<project_id>/webhooks/<webhook_id>/removal": ADMIN,
    "POST /v1/projects/<project_id>/webhooks/<webhook_id>/tests": ADMIN,
    "GET /v1/projects/<project_id>/webhooks/<webhook_id>/deliveries": ADMIN,
    "POST /v1/projects/<project_id>/webhooks/<webhook_id>/deliveries/<delivery_id>/retry": ADMIN,
    # the label standard
    "GET /v1/projects/<project_id>/label-book": READERS,
    "GET /v1/projects/<project_id>/label-book/revisions": READERS,
    "GET /v1/projects/<project_id>/label-book/diff": READERS,
    "PUT /v1/projects/<project_id>/label-book": LEADS,
    "GET /v1/projects/<project_id>/limit-samples": READERS,
    "POST /v1/projects/<project_id>/limit-samples": LEADS,
    "POST /v1/projects/<project_id>/limit-samples/<sample_id>/withdrawal": LEADS,
    "GET /v1/datasets/<dataset_id>/readjudications": READERS,
    "GET /v1/datasets/<dataset_id>/readjudications/<readjudication_id>": READERS,
    "GET /v1/datasets/<dataset_id>/readjudications/<readjudication_id>/items": READERS,
    "POST /v1/datasets/<dataset_id>/readjudications": PRACTICE,
    # datasets
    "GET /v1/datasets": READERS,
    "GET /v1/waiting": READERS,
    "POST /v1/datasets": ENGINEERS,
    "GET /v1/datasets/<dataset_id>": READERS,
    "POST /v1/datasets/<dataset_id>/annotations": JUDGES,
    "POST /v1/datasets/<dataset_id>/withdrawals": JUDGES,
    "POST /v1/datasets/<dataset_id>/claims": JUDGES,
    "GET /v1/datasets/<dataset_id>/reviews": READERS,
    "GET /v1/datasets/<dataset_id>/reviews/counts": READERS,
    "GET /v1/datasets/<dataset_id>/reviews/returned": READERS,
    "POST /v1/datasets/<dataset_id>/reviews": LEADS,
    "GET /v1/datasets/<dataset_id>/agreement-tasks": READERS,
    "POST /v1/datasets/<dataset_id>/agreement-tasks": LEADS,
    "GET /v1/datasets/<dataset_id>/agreement-tasks/<task_id>": READERS,
    "GET /v1/datasets/<dataset_id>/agreement-tasks/<task_id>/images": JUDGES,
    "GET /v1/datasets/<dataset_id>/agreement-tasks/<task_id>/result": READERS,
    "POST /v1/datasets/<dataset_id>/agreement-tasks/<task_id>/answers": JUDGES,
    "POST /v1/datasets/<dataset_id>/agreement-tasks/<task_id>/closure": LEADS,
    "POST /v1/datasets/<dataset_id>/captures": PRACTICE,
    "POST /v1/datasets/<dataset_id>/windows": PRACTICE,
    "POST /v1/datasets/<dataset_id>/window-removals": PRACTICE,
    "POST /v1/datasets/<dataset_id>/regions": PRACTICE,
    "POST /v1/datasets/<dataset_id>/scales": PRACTICE,
    "POST /v1/datasets/<dataset_id>/scale-removals": PRACTICE,
    "POST /v1/datasets/<dataset_id>/exclusions": JUDGES,
    "POST /v1/datasets/<dataset_id>/restorations": JUDGES,
    "POST /v1/datasets/<dataset_id>/splits": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/splits/plan": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/splits/execution": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/groups": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/duplicates": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/duplicates/groups": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/health": PRACTICE,
    "GET /v1/datasets/<dataset_id>/rounds": READERS,
    "GET /v1/datasets/<dataset_id>/facets": READERS,
    "PUT /v1/datasets/<dataset_id>/grouping": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/tags": PRACTICE,
    "GET /v1/datasets/<dataset_id>/tags": READERS,
    "GET /v1/datasets/<dataset_id>/diff": READERS,
    # imports
    "POST /v1/datasets/<dataset_id>/imports/plan": ENGINEERS,
    "POST /v1/datasets/<dataset_id>/imports/labels": ENGINEERS,
    # exports
    "GET /v1/datasets/<dataset_id>/exports/plan": READERS,
    "GET /v1/datasets/<dataset_id>/exports/<export_id>": READERS,
    "POST /v1/datasets/<dataset_id>/exports": PRACTICE,
    # undo
    "GET /v1/datasets/<dataset_id>/undos": READERS,
    "GET /v1/datasets/<dataset_id>/undos/preview": READERS,
    "POST /v1/datasets/<dataset_id>/undos": JUDGES,
    # images
    "GET /v1/datasets/<dataset_id>/images": READERS,
    "GET /v1/datasets/<dataset_id>/images/<image_id>": READERS,
    "GET /v1/datasets/<dataset_id>/images/<image_id>/history": READERS,
    "GET /v1/datasets/<dataset_id>/images/<image_id>/decisions": READERS,
    "GET /v1/datasets/<dataset_id>/images/<image_id>/scores": READERS,
    "POST /v1/datasets/<dataset_id>/erasures": ADMIN,
    "GET /v1/datasets/<dataset_id>/field-returns": READERS,
    "GET /v1/datasets/<dataset_id>/field-returns/<return_id>": READERS,
    "POST /v1/datasets/<dataset_id>/field-returns": JUDGES,
    "POST /v1/datasets/<dataset_id>/uploads": SENDERS | JUDGES,
    "POST /v1/datasets/<dataset_id>/images": SENDERS,
    # suggestions
    "GET /v1/datasets/<dataset_id>/suggestions": READERS,
    "GET /v1/datasets/<dataset_id>/suggestions/gain": READERS,
    "POST /v1/datasets/<dataset_id>/suggestions": PRACTICE,
    "POST /v1/datasets/<dataset_id>/suggestions/<suggestion_id>/dismissals": JUDGES,
    # runs and models
    "GET /v1/runs": READERS,
    "POST /v1/runs": ENGINEERS,
    "GET /v1/runs/<run_id>": READERS,
    "GET /v1/runs/<run_id>/predictions": READERS,
    "GET /v1/runs/<run_id>/curve": READERS,
    "GET /v1/runs/<run_id>/grey-zone": READERS,
    "GET /v1/runs/<run_id>/slices": READERS,
    "GET /v1/runs/<run_id>/classes": READERS,
    "GET /v1/runs/<run_id>/defect-sizes": READERS,
    "GET /v1/runs/<run_id>/comparison": READERS,
    "GET /v1/runs/<run_id>/comparison/images": READERS,
    "GET /v1/runs/<run_id>/label-review": READERS,
    "POST /v1/runs/<run_id>/cancellation": ENGINEERS,
    "POST /v1/runs/<run_id>/retries": ENGINEERS,
    "GET /v1/models": READERS,
    "GET /v1/models/<model_id>": READERS,
    "GET /v1/models/<model_id>/chain": READERS,
    "GET /v1/models/<model_id>/decisions": READERS,
    "GET /v1/models/<model_id>/exports/<export_id>": READERS,
    "GET /v1/models/<model_id>/exports": READERS,
    "GET /v1/models/<model_id>/exports/<export_id>/card": READERS,
    "GET /v1/models/<model_id>/drift": READERS,
    "GET /v1/models/<model_id>/drift/images": READERS,
    "GET /v1/datasets/<dataset_id>/embedding": READERS,
    "GET /v1/datasets/<dataset_id>/inspections": READERS,
    "GET /v1/models/<model_id>/inspections": READERS,
    "GET /v1/models/<model_id>/inspections/<inspection_id>": READERS,
    "GET /v1/models/<model_id>/inspections/<inspection_id>/predictions": READERS,
    "POST /v1/models/<model_id>/exports": PRACTICE,
    "POST /v1/models/<model_id>/inspect": PRACTICE,
    "POST /v1/models/<model_id>/inspections": PRACTICE,
    "POST /v1/models/<model_id>/gates": PRACTICE,
    "POST /v1/models/<model_id>/promotion": LEADS,
    "POST /v1/models/<model_id>/threshold": LEADS,
    "POST /v1/models/<model_id>/retirement": LEADS,
    "GET /v1/datasets/<dataset_id>/production": READERS,
    "POST /v1/datasets/<dataset_id>/production/rollback": LEADS,
    # history
    "GET /v1/streams": READERS,
    "GET /v1/streams/<stream>/commits": AS_STORED,
    "GET /v1/streams/<stream>/events": READERS,
    "GET /v1/streams/<stream>/changes": READERS,
    "GET /v1/streams/<stream>/actors": READERS,
    # proof
    "GET /v1/proof/anchors": OVERSEERS,
    "GET /v1/proof/keys": READERS,
    "GET /v1/proof/records": OVERSEERS,
    "GET /v1/proof/checkpoints": READERS,
    "GET /v1/proof/rows/<stream>": AS_STORED,
    "POST /v1/proof/anchors": OVERSEERS,
    "POST /v1/proof/keys": ADMIN,
    "POST /v1/proof/packs": OVERSEERS,
    "GET /v1/proof/packs/<pack_id>": OVERSEERS,
    # images from the line
    "GET /v1/intake": READERS,
    "POST /v1/intake": SENDERS,
    "POST /v1/intake/images": SENDERS,
    "GET /v1/intake/answers": EVERYBODY,
    "GET /v1/intake/rejected": READERS,
    "POST /v1/intake/rejected/<rejected_id>/retry": ENGINEERS,
    "POST /v1/intake/rejected/<rejected_id>/dismiss": ENGINEERS,
    # upkeep
    "GET /v1/queue": READERS,
    "GET /v1/dead-letters": READERS,
    "POST /v1/dead-letters/<source>/<letter_id>/redrive": ENGINEERS,
    "GET /v1/parked": READERS,
    "POST /v1/parked/<reader>/<stream>/retry": ENGINEERS,
    # members
    "GET /v1/me": EVERYBODY,
    "GET /v1/members": READERS,
    "POST /v1/members": ADMIN,
    "GET /v1/members/<actor>": READERS,
    "POST /v1/members/<actor>/roles": ADMIN,
    "POST /v1/members/<actor>/roles/revocation": ADMIN,
    "GET /v1/tokens": READERS,
    "POST /v1/tokens": READERS,
    "POST /v1/tokens/<token_id>/revocation": ADMIN,
    # people
    "GET /v1/people": EVERYBODY,
    "GET /v1/people/me": EVERYBODY,
    "PUT /v1/people/me": READERS,
    "GET /v1/people/me/mail": READERS,
    "PUT /v1/people/me/mail": READERS,
    "POST /v1/people/<actor>/invitations": ADMIN,
    "POST /v1/people/<actor>/erasure": ADMIN,
}

OF_THE_INSTALLATION: Final = frozenset(
    {
        "POST /v1/projects",
        "POST /v1/dead-letters/<source>/<letter_id>/redrive",
        "GET /v1/proof/anchors",
        "GET /v1/proof/records",
        "POST /v1/proof/anchors",
        "POST /v1/proof/keys",
        "POST /v1/proof/packs",
        "GET /v1/proof/packs/<pack_id>",
        "POST /v1/people/<actor>/invitations",
        "POST /v1/people/<actor>/erasure",
    }
)
"""Operations that need a role on `*`."""

BY_ITEM: Final = frozenset(
    {
        "GET /v1/projects",
        "GET /v1/datasets",
        "GET /v1/waiting",
        "GET /v1/runs",
        "GET /v1/models",
        "GET /v1/streams",
        "GET /v1/intake",
        "POST /v1/intake",
        "POST /v1/intake/images",
        "GET /v1/intake/answers",
        "GET /v1/intake/rejected",
        "GET /v1/queue",
        "GET /v1/dead-letters",
        "GET /v1/parked",
        "GET /v1/me",
        "GET /v1/members",
        "GET /v1/members/<actor>",
        "GET /v1/people",
        "GET /v1/people/me",
        "PUT /v1/people/me",
        "GET /v1/people/me/mail",
        "PUT /v1/people/me/mail",
        "GET /v1/proof/checkpoints",
        "GET /v1/proof/keys",
        "GET /v1/tokens",
        "POST /v1/tokens/<token_id>/revocation",
    }
)
"""Operations open to every caller, limited item by item to what the caller's roles reach."""

BY_PEOPLE: Final = frozenset({"POST /v1/tokens", "PUT /v1/people/me", "POST /v1/people/<actor>/invitations"})
"""Operations closed to tokens: a leaked one would make others that outlive it."""
