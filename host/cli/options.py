"""Arguments and options that several commands share."""

from typing import Annotated

import typer

from host.cli.failures import Refused

Json = Annotated[bool, typer.Option("--json", help="Print JSON alone on stdout.")]
DatasetId = Annotated[
    str, typer.Argument(metavar="DATASET", help="Id of the dataset, as in `kenpin dataset list`.")
]
ProjectId = Annotated[
    str, typer.Argument(metavar="PROJECT", help="Id of the project, as in `kenpin project list`.")
]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run, as in `kenpin run list`.")]
ModelId = Annotated[
    str, typer.Argument(metavar="MODEL", help="Id of the model: that of the run that made it.")
]
ImageIds = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE…", help="Ids of images, enough of their first digits, or file names."),
]
ImageId = Annotated[
    str,
    typer.Argument(metavar="IMAGE", help="Id of the image, enough of its first digits, or its file name."),
]
Tenant = Annotated[
    str, typer.Option(envvar="KENPIN_TENANT", help="The tenant, which every first hash contains.")
]
AsOf = Annotated[
    str | None, typer.Option(help="As it stood at this version, tag (of a dataset) or ISO 8601 time.")
]
AsOfTime = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="As it stood at this ISO 8601 time.")
]
Reason = Annotated[str, typer.Option(help="The reason; it stays in the history for ever.")]
Follow = Annotated[
    bool, typer.Option(help="Show progress until the run ends. Ctrl-C ends the display, not the run.")
]


def confirm(question: str) -> None:
    """Ask before an act that cannot be undone. Raises Refused when the answer is no or there is no terminal."""
    try:
        is_confirmed = typer.confirm(question, err=True)
    except typer.Abort:
        is_confirmed = False
    if not is_confirmed:
        raise Refused("nothing was done; --yes goes ahead without asking")


def group(help: str) -> typer.Typer:
    """A group of commands such as `kenpin project`."""
    return typer.Typer(help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
