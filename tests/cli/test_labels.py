"""Labels of an import: sent with their masks, in requests that are not too large, each image for itself."""

import json
from io import BytesIO

import httpx
import pytest
from PIL import Image as Picture

from host.cli.failures import AnswerIsNo
from host.cli.files import LocalImage
from host.cli.import_report import ImportReport, new_report
from host.cli.import_texts import print_report
from host.cli.labels import LabelSender
from kenpin.importing.entry import DefectShape, MaskFile, Problem, Source, SourceEntry
from kenpin.importing.tree import MemoryTree
from tests.blobs import blob_of
from tests.cli.conftest import Platform

LABELS = "POST /v1/datasets/d/imports/labels"
UPLOADS = "POST /v1/datasets/d/uploads"


def judged(request: httpx.Request) -> httpx.Response:
    ids = [item["image_id"] for item in json.loads(request.content)["items"]]
    items = [{"image_id": id, "outcome": "judged", "clipped": False, "split": True} for id in ids]
    return httpx.Response(201, json={"stream": "dataset-d", "version": 7, "items": items})


def stored(request: httpx.Request) -> httpx.Response:
    digests = [file["digest"] for file in json.loads(request.content)["files"]]
    return httpx.Response(200, json={"uploads": [{"digest": digest, "url": None} for digest in digests]})


def png() -> bytes:
    out = BytesIO()
    Picture.new("L", (4, 4), 255).save(out, "PNG")
    return out.getvalue()


def send(platform: Platform, *entries: SourceEntry) -> ImportReport:
    platform.answers |= {LABELS: judged, UPLOADS: stored}
    client, report = platform.client(), new_report()
    tree = MemoryTree("line", {"masks/a.png": png(), "masks/b.png": b"text"})
    images = [LocalImage(entry, blob_of(entry.path.encode(), "image/png")) for entry in entries]
    sender = LabelSender(client, "d", "line", Source(tree, entries, "given"))
    sender.send(images, report)
    return report


def items_sent(platform: Platform) -> list[list[dict[str, dict[str, object]]]]:
    """Return the items of each request."""
    return [json.loads(each.content)["items"] for each in platform.asked if each.url.path.endswith("/labels")]


def ng(path: str, *shapes: DefectShape) -> SourceEntry:
    return SourceEntry(path, path, verdict="NG", defects=shapes, split="test")


def test_masks_are_uploaded_and_named_by_their_digest(platform: Platform) -> None:
    report = send(platform, ng("a.png", DefectShape("dent", mask=MaskFile("masks/a.png"))))
    (body,), (files,) = platform.bodies(LABELS), platform.bodies(UPLOADS)
    assert body["masks"] == {"masks/a.png": blob_of(png(), "image/png").digest}
    assert files["files"] == [
        {"digest": blob_of(png(), "image/png").digest, "size": len(png()), "media_type": "image/png"}
    ]
    assert (body["source"], body["split_rule"]) == ("line", "given")
    assert (report.judged, report.split, report.version) == (1, 1, 7)


def test_an_image_whose_mask_cannot_be_sent_keeps_its_split_and_stops_no_other(platform: Platform) -> None:
    bad = [ng(f"{name}.png", DefectShape("dent", mask=MaskFile(f"masks/{name}.png"))) for name in "bc"]
    report = send(platform, *bad, ng("d.png", DefectShape("dent", box=(0, 0, 1, 1))))
    (items,) = items_sent(platform)
    assert [(item["entry"]["verdict"], item["entry"]["split"]) for item in items] == [
        (None, "test"),
        (None, "test"),
        ("NG", "test"),
    ]
    missing, text = sorted(report.refused_labels, key=lambda each: each.where, reverse=True)
    assert text.what.startswith("the mask masks/b.png is no PNG, JPEG")
    assert missing == Problem("c.png", "the mask masks/c.png cannot be read: no such file")


def test_a_refused_label_is_told_apart_from_an_image_that_stays_out(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    report = send(platform, ng("b.png", DefectShape("dent", mask=MaskFile("masks/b.png"))))
    with pytest.raises(AnswerIsNo, match="1 image came in without the label"):
        print_report(report, as_json=False)
    shown = capsys.readouterr()
    assert "b.png: came in unjudged: the mask masks/b.png is no PNG" in shown.err
    assert "came in unjudged" in shown.out


def test_large_shapes_are_sent_in_several_requests(platform: Platform) -> None:
    corners = tuple((float(n), float(n % 7)) for n in range(30_000))
    send(platform, *(ng(f"{n}.png", DefectShape("dent", polygon=corners)) for n in range(5)))
    assert list(map(len, items_sent(platform))) == [2, 2, 1]


def test_an_image_that_says_nothing_is_not_sent(platform: Platform) -> None:
    send(platform, SourceEntry("a.png", "a.png"))
    assert platform.bodies(LABELS) == []


def test_numbers_that_cannot_be_sent_reject_their_image_alone(platform: Platform) -> None:
    far = DefectShape("dent", box=(0, 0, float("inf"), 1))
    report = send(platform, ng("a.png", far), ng("b.png", DefectShape("dent")))
    assert [each.where for each in report.refused_labels] == ["a.png"]
    assert report.judged == 1
