"""Every command and group of `kenpin`: its name, its line in `kenpin --help`, and where its code is."""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """One command or group of commands."""

    name: str
    target: str
    """Module below host.cli.commands and attribute: a Typer for a group, a function for a command."""
    help: str
    """One line, so that `kenpin --help` needs no module."""


ENTRIES: Final = (
    Entry("up", "node:up", "Start Kenpin on this machine and serve until Ctrl-C."),
    Entry("demo", "node:demo", "Play the whole loop with the sample's true labels."),
    Entry("login", "sign_in:login", "Sign in to a platform."),
    Entry("logout", "sign_in:logout", "Forget the tokens of a platform, here and at its issuer."),
    Entry("whoami", "member:whoami", "Show who you are and what you may do."),
    Entry("project", "project:app", "Projects, products, classes and policy."),
    Entry("dataset", "dataset:app", "Datasets and their splits."),
    Entry("tag", "tag:app", "Named versions of a dataset."),
    Entry("diff", "diff:diff", "Show what differs between two versions of a dataset."),
    Entry("log", "log:log", "Show the history of a dataset, project, run or model."),
    Entry("label-book", "label_book:app", "The rules of each defect class, at any revision."),
    Entry("limit-sample", "limit_sample:app", "Limit samples (限度見本)."),
    Entry("readjudicate", "readjudicate:app", "Old decisions to judge again under a new standard."),
    Entry("import", "import_images:import_images", "Import images from files."),
    Entry("image", "image:app", "Images: list, history, exclude, erase."),
    Entry("annotate", "annotate:annotate", "Judge images."),
    Entry("suggest", "suggest:suggest", "Show which images to judge next, and why."),
    Entry("review", "review:app", "Second looks: list, accept, return."),
    Entry("agreement", "agreement:app", "Agreement tasks: several people judge the same images."),
    Entry("undo", "undo:undo", "Undo a change of any size."),
    Entry("return", "undo:return_to", "Return a dataset to an earlier version or tag."),
    Entry("field-return", "field_return:app", "Defects found after the inspection."),
    Entry("member", "member:app", "Members and their roles."),
    Entry("token", "token:app", "Tokens for scripts and machines."),
    Entry("train", "train:train", "Train a model on one version of a dataset."),
    Entry("run", "run:app", "Training runs."),
    Entry("model", "model:app", "Models, thresholds and stages."),
    Entry("verify", "verify:verify", "Check that history is as it was appended."),
    Entry("anchor", "anchor:app", "Signatures over the ends of all streams."),
    Entry("audit", "audit:app", "Packs of history that anybody can check offline."),
    Entry("replay", "replay:replay", "Replay history into an empty database and compare the rows."),
    Entry("rebuild", "rebuild:rebuild", "Make rows again from history while the platform runs."),
    Entry("move", "move:move", "Move a whole factory to another place."),
    Entry("queue", "queue:app", "Jobs and messages: waiting, failed, sent again."),
    Entry("intake", "intake:app", "Image events that factories send."),
    Entry("parked", "parked:app", "Streams that rows or reactors cannot get past."),
)

OLD_NAMES: Final = {"runs": "run", "models": "model"}
"""Former names of groups, understood for one more release."""
