"""The `kenpin` command: loads the module of a command when it is called, and turns failures into exit codes."""

import os
import sys
from difflib import get_close_matches
from importlib import import_module

import typer
from typer._click import Command, Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup
from typer.main import get_command, get_group

from host.cli.catalogue import ENTRIES, OLD_NAMES, CommandEntry
from host.cli.failures import Failure
from kenpin.domain.reasons import reason_text


class LazyGroup(TyperGroup):
    """The commands of the catalogue. A command's module is imported when the command is called."""

    def list_commands(self, ctx: Context) -> list[str]:
        return [entry.name for entry in ENTRIES]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if new_name := OLD_NAMES.get(cmd_name):
            print(
                f"kenpin: `{cmd_name}` is now `{new_name}`; the old name goes with the next release",
                file=sys.stderr,
            )
        entry = next((entry for entry in ENTRIES if entry.name == (new_name or cmd_name)), None)
        if entry is None:
            similar = get_close_matches(cmd_name, self.list_commands(ctx))
            hint = f" Did you mean {', '.join(map(repr, similar))}?" if similar else ""
            raise UsageError(f"No such command {cmd_name!r}.{hint}", ctx)
        return load(entry)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in ENTRIES])


def load(entry: CommandEntry) -> Command:
    """Import the command or group of an entry."""
    module, _, attribute = entry.target.partition(":")
    target = getattr(import_module(f"host.cli.commands.{module}"), attribute)
    if isinstance(target, typer.Typer):
        found: Command = get_group(target)
    else:
        single = typer.Typer(rich_markup_mode=None, add_completion=False)
        single.command(entry.name)(target)
        found = get_command(single)
    found.name = entry.name
    return found


app = typer.Typer(
    name="kenpin",
    cls=LazyGroup,
    help="Kenpin: an event-sourced training platform for visual inspection. KENPIN_URL names the platform.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def kenpin() -> None:
    """Make `kenpin` a group, whose commands are in the catalogue."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 the answer is no, 2 bad input or refused, 3 not reachable."""
    try:
        code = app(arguments, prog_name="kenpin", standalone_mode=False)
        sys.stdout.flush()
    except Failure as failure:
        sys.exit(_print_error(reason_text(str(failure)), failure.exit_code))
    except ClickException as mistake:
        sys.exit(_print_usage_error(mistake))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    sys.exit(code)


def _print_usage_error(mistake: ClickException) -> int:
    """Print one line about a command that was typed wrongly, and where to read more."""
    if isinstance(mistake, NoArgsIsHelpError):
        mistake.show()
        return 2
    context = getattr(mistake, "ctx", None)
    command = context.command_path if context else "kenpin"
    return _print_error(f"{mistake.format_message()} See `{command} --help`", 2, command)


def _print_error(sentence: str, code: int, command: str = "kenpin") -> int:
    print(f"{command}: {sentence}", file=sys.stderr)
    return code
