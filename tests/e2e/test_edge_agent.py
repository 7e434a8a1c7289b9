"""The agent at the line against a running Kenpin: a folder's pictures are registered; what is none says so."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image

from kenpin_edge.config import EdgeConfig, Station
from kenpin_edge.folder import FolderWatch
from kenpin_edge.send import Sender
from kenpin_edge.spool import Spool
from tests.e2e.node import PROJECT, Node


def picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 24), (shade, 80, 120)).save(out, "PNG")
    return out.getvalue()


def test_pictures_of_a_folder_become_images(node: Node, tmp_path: Path) -> None:
    dataset, camera, spool = node.dataset(ok=1), tmp_path / "camera", Spool(tmp_path / "spool", 10**8)
    camera.mkdir()
    made = node.post("/v1/tokens", {"label": "L1", "project_id": PROJECT, "role": "machine", "lines": ["L1"]})
    (tmp_path / "token").write_text(made.json()["token"])
    for name, body in (
        ("P1_a", picture(1)),
        ("P2_b", picture(2)),
        ("P2_copy", picture(2)),
        ("P3_c", b"none"),
    ):
        (camera / f"{name}.png").write_bytes(body)
    pattern = re.compile("(?P<part>P[0-9])_")
    stations = [
        Station("/edge/1", dataset, camera, {"line": "L1"}, accept="rename", pattern=pattern),
        Station("/edge/2", "no-such-dataset", tmp_path, {"line": "L1"}),
    ]
    spool.add("/edge/2", "1", "a.png", picture(3), {"line": "L1"})
    folder = FolderWatch(stations[0], spool)
    folder.scan()
    folder.take_ready()
    sender = Sender(
        EdgeConfig(node.url, tmp_path / "token", tmp_path / "spool", {s.source: s for s in stations}), spool
    )
    assert sender.send_some() == 5
    reasons = {row["source"] + " " + row["name"]: row["why"] for row in spool.rows("select * from picture")}
    assert {name for name, why in reasons.items() if not why} == {
        f"/edge/1 {n}.png" for n in ("P1_a", "P2_b", "P2_copy")
    }
    assert "cannot be read as an image" in reasons["/edge/1 P3_c.png"]
    assert "no-such-dataset" in reasons["/edge/2 a.png"]
    arrived = [
        image.capture for image in node.images(dataset) if image.capture and image.capture.line == "L1"
    ]
    assert sorted(each.part or "" for each in arrived) == ["P1", "P2"]
    spool.count("/edge/1", "share")
    sender.report_drops()
    [source] = [each for each in node.get("/v1/intake").json()["sources"] if each["source"] == "/edge/1"]
    assert (source["registered"], source["rejected"], source["dropped"]) == (3, 1, 1)
    sender.close()
    spool.close()
