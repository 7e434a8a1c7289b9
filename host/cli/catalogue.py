"""Every command and group of `kenpin`: its name, its line in `kenpin --help`, and where its code is."""

from typing import Final, NamedTuple


class CommandEntry(NamedTuple):
    """One command or group of commands."""

    name: str
    target: str
    """Module below host.cli.commands and attribute: a Typer for a group, a function for a command."""
    help: str
    """One line, so that `kenpin --help` needs no module."""


ENTRIES: Final = (
    CommandEntry("up", "node:up", "Start Kenpin on this machine and serve until Ctrl-C."),
    CommandEntry("demo", "node:demo", "Play the whole loop with the sample's true labels."),
    CommandEntry("login", "sign_in:login", "Sign in to a platform."),
    CommandEntry("logout", "sign_in:logout", "Sign out of a platform, here and at its issuer."),
    CommandEntry("whoami", "member:whoami", "Show who you are and what you may do."),
    CommandEntry("project", "project:app", "Projects, products, classes and policy."),
    CommandEntry("backbone", "backbone:app", "Networks of a project's own: add, list."),
    CommandEntry("dataset", "dataset:app", "Datasets and their splits."),
    CommandEntry("tag", "tag:app", "Named versions of a dataset."),
    CommandEntry("diff", "diff:diff", "Show what differs between two versions of a dataset."),
    CommandEntry("log", "log:log", "Show the history of a dataset, project, run or model."),
    CommandEntry("label-book", "label_book:app", "The rules of each defect class, at any revision."),
    CommandEntry("limit-sample", "limit_sample:app", "Limit samples (限度見本)."),
    CommandEntry("readjudicate", "readjudicate:app", "Old decisions to judge again under a new standard."),
    CommandEntry("import", "import_images:import_images", "Import images from files."),
    CommandEntry("export", "export:export", "Export a dataset in the formats of other tools."),
    CommandEntry("image", "image:app", "Images: list, history, exclude, erase."),
    CommandEntry("annotate", "annotate:annotate", "Judge images."),
    CommandEntry("suggest", "suggest:suggest", "Show which images to judge next, and why."),
    CommandEntry("review", "review:app", "Reviews of annotations: list, accept, return."),
    CommandEntry("agreement", "agreement:app", "Agreement tasks: several people judge the same images."),
    CommandEntry("undo", "undo:undo", "Undo a change of any size."),
    CommandEntry("return", "undo:return_to", "Return a dataset to an earlier version or tag."),
    CommandEntry("field-return", "field_return:app", "Defects found after the inspection."),
    CommandEntry("member", "member:app", "Members and their roles."),
    CommandEntry("token", "token:app", "Tokens for scripts and machines."),
    CommandEntry("train", "train:train", "Train a model on one version of a dataset."),
    CommandEntry("run", "run:app", "Training runs."),
    CommandEntry("model", "model:app", "Models, thresholds and stages."),
    CommandEntry(
        "inspect", "inspect_images:inspect_images", "Judge picture files with a model, on this machine."
    ),
    CommandEntry("verify", "verify:verify", "Check that history is as it was appended."),
    CommandEntry("anchor", "anchor:app", "Anchors: signed statements of where every stream ends."),
    CommandEntry("audit", "audit:app", "Packs of history that anybody can check offline."),
    CommandEntry("replay", "replay:replay", "Replay history into an empty database and compare the rows."),
    CommandEntry("rebuild", "rebuild:rebuild", "Make rows again from history while the platform runs."),
    CommandEntry("move", "move:move", "Move a whole factory to another place."),
    CommandEntry("webhook", "webhook:app", "Signed messages when runs end, gates fail and more."),
    CommandEntry("mail", "mail:app", "E-mails to people: test the mail server."),
    CommandEntry("mcp", "mcp:mcp", "Read access for an assistant (Model Context Protocol)."),
    CommandEntry("queue", "queue:app", "Jobs and dead letters: list, redrive."),
    CommandEntry("intake", "intake:app", "Image events that factories send."),
    CommandEntry("edge", "edge:app", "The agent on a PC at the line."),
    CommandEntry("parked", "parked:app", "Parked streams that a projection or reactor cannot get past."),
)

OLD_NAMES: Final = {"runs": "run", "models": "model"}
"""Former names of groups, understood for one more release."""
