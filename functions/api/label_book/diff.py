"""Compare two states of a label book. Pure."""

from typing import Final, Literal

from functions.api.label_book.answers import (
    BookClass,
    BookFieldChange,
    ClassChange,
    LabelBook,
    LabelBookDiff,
    LimitSample,
    SampleChange,
)

FIELDS: Final = ("name", "name_ja", "key", "description", "rule", "examples", "colour", "retired")


def difference(before: LabelBook, after: LabelBook) -> LabelBookDiff:
    old = {each.class_id: each for each in before.classes}
    classes = [_class(old.get(each.class_id), each) for each in after.classes]
    old_samples = {each.sample_id: each for each in _samples(before)}
    samples = [_sample(old_samples.get(each.sample_id), each) for each in _samples(after)]
    rules = BookFieldChange(field="rules", before=before.rules, after=after.rules)
    return LabelBookDiff(
        before=before.revision,
        after=after.revision,
        rules=rules if before.rules != after.rules else None,
        classes=[each for each in classes if each],
        samples=[each for each in samples if each],
    )


def _class(old: BookClass | None, new: BookClass) -> ClassChange | None:
    then, now = _fields(old) if old else {}, _fields(new)
    changed = [
        BookFieldChange(field=f, before=then.get(f), after=now[f])
        for f in FIELDS
        if then.get(f) != now[f] and not (old is None and now[f] in (None, "", []))
    ]
    return ClassChange(class_id=new.class_id, change=_kind(old, new), fields=changed) if changed else None


def _kind(old: BookClass | None, new: BookClass) -> Literal["added", "revised", "retired", "returned"]:
    if old is None:
        return "added"
    if (old.retired is None) == (new.retired is None):
        return "revised"
    return "returned" if new.retired is None else "retired"


def _fields(of: BookClass) -> dict[str, object]:
    fields = of.model_dump(include=set(FIELDS), mode="json")
    fields["examples"] = [
        {k: v for k, v in each.items() if not k.endswith("_url")} for each in fields["examples"]
    ]
    return fields


def _samples(book: LabelBook) -> list[LimitSample]:
    return [sample for each in book.classes for sample in each.samples]


def _sample(old: LimitSample | None, new: LimitSample) -> SampleChange | None:
    """Return the change of a sample; None for one that was approved and withdrawn between the revisions."""
    stood, stands = old is not None and old.withdrawn is None, new.withdrawn is None
    if stood == stands:
        return None
    change: Literal["approved", "withdrawn"] = "approved" if stands else "withdrawn"
    return SampleChange(sample_id=new.sample_id, class_id=new.class_id, side=new.side, change=change)
