"""Texts of `kenpin import`: its plan, its questions, its report, and problems of single files."""

import shlex
from collections.abc import Sequence
from typing import Final

from msgspec import to_builtins

from host.cli.failures import AnswerIsNo
from host.cli.import_report import ImportReport
from host.cli.output import Cell, fields, images, line, show_json, table, warn
from kenpin.importing.entry import Problem
from kenpin.importing.plan import ImportPlan
from kenpin.importing.tree import PassedOver

PROBLEMS_SHOWN: Final = 20


def warn_of_problems(problems: Sequence[Problem]) -> None:
    """Name the first problems, and say how many more there are."""
    for problem in problems[:PROBLEMS_SHOWN]:
        warn(f"{problem.where}: {problem.what}")
    if len(problems) > PROBLEMS_SHOWN:
        warn(f"and {len(problems) - PROBLEMS_SHOWN:,} more")


def questions_of(plan: ImportPlan, dataset_id: str, source: str) -> str:
    words = "; ".join(
        f"{question.word} ({images(question.images)}, such as {question.examples[0]}): {question.why}"
        for question in plan.questions[:PROBLEMS_SHOWN]
    )
    return f"say first what these words mean: {words}. Answer with: {_answering(plan, dataset_id, source)}"


def _answering(plan: ImportPlan, dataset_id: str, source: str) -> str:
    """Return the command that answers the questions; its user chooses the meanings."""
    answers = " ".join(
        f"--map {shlex.quote(f'{question.word}=OK|NG|NG:class|HOLD|none|skip')}"
        for question in plan.questions
    )
    return f"kenpin import {dataset_id} {shlex.quote(source)} {answers}"


def print_plan(plan: ImportPlan, dataset_id: str, source: str, as_json: bool) -> None:
    if as_json:
        show_json(to_builtins(plan))
    else:
        _show_plan(plan, dataset_id, source)
    bad = len(plan.problems) + sum(bool(each.why) for each in plan.copies)
    if bad:
        raise AnswerIsNo(f"{images(bad)} could not be imported; correct the source first")
    if not plan.images:
        raise AnswerIsNo("no image could be imported")


def _show_plan(plan: ImportPlan, dataset_id: str, source: str) -> None:
    fields(
        source=plan.source,
        layout=plan.layout,
        images=plan.images,
        boxes=plan.boxes,
        polygons=plan.polygons,
        masks=plan.masks,
    )
    rows: list[tuple[Cell, ...]] = [
        (count.split, count.verdict or "unjudged", count.class_name or None, count.images)
        for count in plan.counts
    ]
    table("split", "verdict", "class", "images", rows=rows)
    if read := plan.annotations:
        line(f"annotations: {read.files} read, such as {read.examples[0]}")
    _show_passed_over(plan.passed_over)
    copies = [each for each in plan.copies if not each.why]
    if copies:
        line(f"copies: {len(copies)}, such as {copies[0].paths[1]}: same bytes as {copies[0].paths[0]}")
    for each in [each for each in plan.copies if each.why][:PROBLEMS_SHOWN]:
        line(f"same bytes: {' and '.join(each.paths)} are {each.why}")
    for problem in plan.problems[:PROBLEMS_SHOWN]:
        line(f"rejected: {problem.where}: {problem.what}")
    if plan.questions:
        line(questions_of(plan, dataset_id, source))


def _show_passed_over(passed_over: Sequence[PassedOver]) -> None:
    for passed in passed_over:
        line(f"passed over: {passed.why}: {passed.files}, such as {passed.examples[0]}")


def _counted(found: Sequence[Problem]) -> str | None:
    return f"{len(found):,}, such as {found[0].where}: {found[0].what}" if found else None


def _warn_of_kept(report: ImportReport) -> None:
    """Say what the import left as it stands although the source says otherwise."""
    id = report.dataset_id
    if report.differing:
        count = len(report.differing)
        differ = "differs" if count == 1 else "differ"
        warn(f"{images(count)} of the source {differ} from what stands, which is kept:")
        warn_of_problems(report.differing)
    if report.excluded:
        warn(
            f"excluded, and left so: {images(report.excluded)} of the source; list them with "
            f"`kenpin image list {id} --excluded` and take them back in with `kenpin image restore {id} IMAGE…`"
        )


def print_report(report: ImportReport, as_json: bool) -> None:
    refused = [Problem(each.where, f"came in unjudged: {each.what}") for each in report.refused_labels]
    warn_of_problems((*report.clipped, *refused, *report.problems))
    _warn_of_kept(report)
    if as_json:
        show_json(to_builtins(report))
    else:
        fields(
            dataset=f"{report.dataset_id} at version {report.version}"
            if report.version
            else report.dataset_id,
            new=report.registered,
            known=report.known,
            judged=report.judged,
            already_judged=report.already_judged,
            judged_otherwise=_counted(report.differing),
            excluded=report.excluded or None,
            copies=_counted(report.copies),
            put_in_a_split=report.split,
            conditions_corrected=report.corrected or None,
            clipped=len(report.clipped) or None,
            came_in_unjudged=len(refused) or None,
            rejected=len(report.problems) or None,
            undo_with=f"kenpin undo {report.dataset_id} {report.batch_id}" if report.has_changes else None,
        )
        _show_passed_over(report.passed_over)
    if report.problems or refused:
        raise AnswerIsNo(f"{_left_out(report)}; correct and import again")


def _left_out(report: ImportReport) -> str:
    """Return the sentence of images that did not come in, or not with their labels."""
    said = []
    if report.problems:
        said.append(f"{images(len(report.problems))} could not be imported")
    if report.refused_labels:
        said.append(f"{images(len(report.refused_labels))} came in without the label, which was refused")
    return "; ".join(said)
