"""The `kenpin` command: its verbs, and how they end."""

import os
import sys

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from host.cli import (
    agreement,
    anchor,
    annotate,
    audit,
    datasets,
    diff,
    field_return,
    images,
    importing,
    intake,
    label_book,
    limit_samples,
    log,
    members,
    models,
    move,
    node,
    parked,
    people,
    projects,
    queue,
    readjudicate,
    rebuild,
    replay,
    review,
    runs,
    sign_in,
    suggest,
    tags,
    tokens,
    train,
    undo,
    verify,
)
from host.cli.failures import Failure

app = typer.Typer(
    name="kenpin",
    help="Kenpin: an event-sourced training platform for visual inspection. KENPIN_URL names the platform.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("up")(node.up)
app.command("demo")(node.demo)
app.command("login")(sign_in.login)
app.command("logout")(sign_in.logout)
app.add_typer(projects.app, name="project")
app.add_typer(datasets.app, name="dataset")
app.add_typer(tags.app, name="tag")
app.command("diff")(diff.diff)
app.command("log")(log.log)
app.add_typer(label_book.app, name="label-book")
app.add_typer(limit_samples.app, name="limit-sample")
app.add_typer(readjudicate.app, name="readjudicate")
app.command("import")(importing.import_images)
app.add_typer(images.app, name="image")
app.command("annotate")(annotate.annotate)
app.add_typer(review.app, name="review")
app.add_typer(agreement.app, name="agreement")
app.command("undo")(undo.undo)
app.command("return")(undo.return_to)
app.add_typer(field_return.app, name="field-return")
app.add_typer(members.app, name="member")
members.app.command("first-admin")(people.first_admin)
members.app.command("link")(people.link)
members.app.command("erase")(people.erase)
app.add_typer(tokens.app, name="token")
app.command("whoami")(members.whoami)
app.command("train")(train.train)
app.add_typer(runs.app, name="runs")
app.command("suggest")(suggest.suggest)
app.add_typer(models.app, name="models")
app.command("verify")(verify.verify)
app.add_typer(anchor.app, name="anchor")
app.add_typer(audit.app, name="audit")
app.command("rebuild")(rebuild.rebuild)
app.command("replay")(replay.replay)
app.add_typer(queue.app, name="queue")
app.command("move")(move.move)
app.add_typer(intake.app, name="intake")
app.add_typer(parked.app, name="parked")


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 the answer is no, 2 bad input or refused, 3 not reachable."""
    try:
        code = app(arguments, prog_name="kenpin", standalone_mode=False)
        sys.stdout.flush()
    except Failure as failure:
        sys.exit(_said(str(failure), failure.exit_code))
    except ClickException as mistake:
        sys.exit(_mistaken(mistake))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    sys.exit(code)


def _mistaken(mistake: ClickException) -> int:
    """A command that was typed wrongly: one line, and where to read more."""
    if isinstance(mistake, NoArgsIsHelpError):
        mistake.show()
        return 2
    context = getattr(mistake, "ctx", None)
    command = context.command_path if context else "kenpin"
    return _said(f"{mistake.format_message()} See `{command} --help`", 2, command)


def _said(sentence: str, code: int, who: str = "kenpin") -> int:
    print(f"{who}: {sentence}", file=sys.stderr)
    return code
