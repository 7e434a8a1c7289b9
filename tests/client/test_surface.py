"""The methods of the Python client on a running node, but for training."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from host.issuer.mint import mint
from kenpin.pictures import kinds
from kenpin.settings import Settings
from kenpin_client import (
    AsyncClient,
    Capture,
    Client,
    DatasetClient,
    DrawnDefect,
    KenpinError,
    OpenQuestions,
    Problem,
    SeenJudgement,
)
from kenpin_client.files import decoded, media_type_of, named_in
from kenpin_client.schemas import Accepted, Image
from tests.asynchronous import run
from tests.host.running import RunningNode, wait_until


@pytest.fixture(scope="session")
def project(node: RunningNode) -> Iterator[Client]:
    with Client(node.url, node.token) as client:
        client.create_project("plant", "Plant")
        client.post(
            "/projects/plant/defect-classes", {"class_id": "cracked", "name": "cracked"}, dict[str, object]
        )
        yield client


@pytest.fixture
def line(project: Client, request: pytest.FixtureRequest) -> DatasetClient:
    """An empty dataset."""
    return project.create_dataset(request.node.name.replace("_", "-")[:60].strip("-"), "plant")


def photo(folder: Path, *names: str) -> list[Path]:
    return [folder / "photos" / name for name in names]


def by_name(line: DatasetClient) -> dict[str, Image]:
    return {image.name: image for image in line.images()}


def test_files_come_in_once_with_what_is_told_of_them(
    line: DatasetClient, photos_and_labels: Path, tmp_path: Path
) -> None:
    (tmp_path / "copy.jpg").write_bytes(photo(photos_and_labels, "normal-1.jpg")[0].read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff and no more")
    (tmp_path / "text.png").write_bytes(b"no picture")
    given = [*photo(photos_and_labels, "normal-1.jpg", "normal-2.jpg"), tmp_path, tmp_path / "missing.png"]
    steps = list[tuple[int, int]]()
    report = line.upload(
        given,
        capture=lambda path: Capture(lot=path.stem),
        split="train",
        progress=lambda done, all: steps.append((done, all)),
    )
    assert (report.registered, report.known, steps) == (2, 0, [(6, 6)])
    assert report.image_ids[given[0]] == report.image_ids[tmp_path / "copy.jpg"]
    assert {path.name for path in report.rejected} == {"broken.jpg", "text.png", "missing.png"}
    assert "No such file" in report.rejected[tmp_path / "missing.png"]
    images = by_name(line)
    assert {image.split for image in images.values()} == {"train"}
    assert images["normal-2.jpg"].capture.lot == "normal-2"
    assert line.download(images["normal-2.jpg"]) == given[1].read_bytes()
    assert line.upload(given[1]).known == 1


def test_a_judgement_on_what_has_changed_is_a_conflict(line: DatasetClient, photos_and_labels: Path) -> None:
    line.upload(photo(photos_and_labels, "normal-1.jpg", "anomaly-1.jpg"))
    seen = by_name(line)["anomaly-1.jpg"]
    line.judge(
        seen.image_id, "NG", [DrawnDefect(class_id="cracked", box=(1, 2, 30, 40))], revision=seen.revision
    )
    with pytest.raises(Problem) as refused:
        line.judge(seen.image_id, "OK", revision=seen.revision, reason="late")
    assert (refused.value.status, refused.value.code) == (409, "EntityConflict")
    assert line.image(seen.image_id).defects[0].box == (1, 2, 30, 40)
    with pytest.raises(Problem) as invalid:
        line.judge("0", "OK")
    assert invalid.value.status == 422
    assert "image_id" in invalid.value.errors[0].where


class LosesAnAnswer(httpx.HTTPTransport):
    """Sends the request, and then loses the first answer."""

    lost = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if not self.lost:
            self.lost += 1
            answer.read()
            answer.close()
            raise httpx.ReadError("lost", request=request)
        return answer


def test_a_write_counts_once_when_its_answer_is_lost(node: RunningNode, project: Client) -> None:
    transport = LosesAnAnswer()
    with Client(node.url, node.token, transport=transport) as client:
        made = client.post("/datasets", {"project_id": "plant", "name": "Lost"}, Accepted)
        assert client.dataset(made.id).get().name == "Lost"
        assert [each.dataset_id for each in client.datasets() if each.name == "Lost"] == [made.id]
    assert transport.lost == 1


def test_reads_go_back_to_a_version_a_tag_or_a_time(line: DatasetClient, photos_and_labels: Path) -> None:
    line.upload(photo(photos_and_labels, "normal-1.jpg"))
    empty = datetime.now(UTC)
    tagged = line.tag("one").version - 1
    line.upload(photo(photos_and_labels, "normal-2.jpg"))
    image_ids = [image.image_id for image in line.images()]
    line.judge_all(SeenJudgement(image_id=id, verdict="OK") for id in image_ids)
    line.assign_split(image_ids[:1], "test", rule="by hand")
    assert [line.get(as_of=moment).images for moment in ("one", tagged, empty, None)] == [1, 1, 1, 2]
    assert [image.verdict for image in line.images(as_of="one")] == [None]
    assert [tag.name for tag in line.tags()] == ["one"]
    assert {kind for item in line.diff("one", line.get().version) for kind in item.kinds} >= {
        "added",
        "split",
    }
    assert len(line.images(verdict="OK", split="unassigned").to_list()) == 1


def test_whole_groups_are_split(line: DatasetClient, photos_and_labels: Path) -> None:
    line.upload(photos_and_labels / "photos", capture=lambda path: Capture(lot=path.stem[-1]))
    plan = line.split("lot", test=0.3, seed=1)
    lots = {image.capture.lot or "" for image in line.images()}
    splits = {lot: {image.split for image in line.images(lot=lot)} for lot in lots}
    assert {len(each) for each in splits.values()} == {1}
    assert len(line.images(split="test").to_list()) == plan.splits["test"].images > 0


def test_lists_become_tables(line: DatasetClient, photos_and_labels: Path) -> None:
    line.upload(photo(photos_and_labels, "normal-1.jpg", "anomaly-1.jpg"), capture=Capture(line="L1"))
    line.judge(by_name(line)["normal-1.jpg"].image_id, "OK", reason="clear")
    frame = line.images().to_pandas()
    row = {str(row["name"]): row for row in frame.to_dict("records")}["normal-1.jpg"]
    assert (row["verdict"], row["annotation.reason"], row["capture.line"]) == ("OK", "clear", "L1")
    assert "annotation" not in row
    table = line.images().to_arrow()
    assert sorted(zip(table["name"].to_pylist(), table["verdict"].to_pylist(), strict=True)) == [
        ("anomaly-1.jpg", None),
        ("normal-1.jpg", "OK"),
    ]


def test_words_of_a_table_are_asked_about(
    line: DatasetClient, photos_and_labels: Path, tmp_path: Path
) -> None:
    line.upload(photo(photos_and_labels, "normal-1.jpg", "anomaly-1.jpg", "anomaly-2.jpg", "normal-2.jpg"))
    shutil.copy(photos_and_labels / "photos/normal-3.jpg", tmp_path / "normal-2.jpg")
    line.upload(tmp_path)
    line.judge(by_name(line)["anomaly-2.jpg"].image_id, "HOLD")
    table = tmp_path / "labels.csv"
    table.write_text(
        "file,verdict,class\nnormal-1.jpg,B級,\nanomaly-1.jpg,NG,割れ\nanomaly-2.jpg,NG,割れ\nnormal-2.jpg,OK,\n"
        "x/lost.jpg,OK,\n",
        "cp932",
    )
    with pytest.raises(OpenQuestions, match="B級") as asked:
        line.label_from_csv(table)
    report = line.label_from_csv(table, answers={asked.value.questions[0].word: "OK"})
    assert (report.judged, report.already_judged) == (2, 1)
    assert report.rejected == {
        "normal-2.jpg": "2 images have this name",
        "labels.csv line 6": "the dataset has no image named x/lost.jpg; upload it first",
    }
    images = by_name(line)
    assert {name: image.verdict for name, image in images.items()} == {
        "normal-1.jpg": "OK",
        "anomaly-1.jpg": "NG",
        "anomaly-2.jpg": "HOLD",
        "normal-2.jpg": None,
    }
    assert len(images["anomaly-1.jpg"].defects) == 1


def test_a_table_without_the_columns_of_labels_is_refused(line: DatasetClient, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("name;result\na.png;OK\n", "utf-8")
    with pytest.raises(KenpinError, match=r"w\.csv has no column file and no column verdict or class"):
        line.label_from_csv(tmp_path / "w.csv")
    (tmp_path / "w.csv").write_text('"File"\tlot\na.png\t1\n', "utf-8")
    with pytest.raises(KenpinError, match=r"w\.csv has no column verdict or class;"):
        line.label_from_csv(tmp_path / "w.csv")
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        line.label_from_csv(tmp_path / "none.csv")


def test_a_class_that_the_role_may_not_define_rejects_its_images(
    node: RunningNode, project: Client, line: DatasetClient, photos_and_labels: Path, tmp_path: Path
) -> None:
    line.upload(photo(photos_and_labels, "normal-1.jpg", "anomaly-1.jpg"))
    (tmp_path / "labels.csv").write_text(
        "file;verdict;class\nx/Normal-1.JPG;OK;\nanomaly-1.jpg;NG;欠け\n", "utf-8"
    )
    project.post("/members/eng-1/roles", {"project_id": "plant", "role": "engineer"}, Accepted)
    token = mint(Settings(data_dir=node.folder, public_url=node.url), "eng-1")
    with Client(node.url, token) as engineer:
        wait_until(lambda: bool(engineer.get("/me", dict[str, object])["roles"]), "the role is there")
        report = engineer.dataset(line.dataset_id).label_from_csv(tmp_path / "labels.csv")
    assert (report.judged, [*report.rejected]) == (1, ["anomaly-1.jpg"])
    assert "欠け" in report.rejected["anomaly-1.jpg"]


def test_names_are_found_in_tables_of_any_form() -> None:
    names = ["a.png", "b, c.png", "割れ.png", "d.png", ""]
    assert named_in('file\n"b, c.png"\nphotos\\A.PNG\n', names) == ["a.png", "b, c.png"]
    assert named_in("verdict\tfile\nOK\tx/割れ.png\n\t\n", [*names, "y/割れ.png"]) == [
        "割れ.png",
        "y/割れ.png",
    ]


def test_the_same_with_async(node: RunningNode, project: Client, photos_and_labels: Path) -> None:
    async def counts() -> tuple[int, int, int]:
        async with AsyncClient(node.url, node.token) as client:
            line = await client.create_dataset("with-async", "plant")
            report = await line.upload(photos_and_labels / "photos")
            labels = await line.label_from_csv(photos_and_labels / "labels.csv")
            table = await line.images(verdict="NG").to_pandas()
            return report.registered, labels.judged, len(table)

    assert run(counts()) == (32, 32, 16)


def test_a_picture_is_told_as_the_platform_tells_it() -> None:
    heads = [head + b"\0" * 32 for head, _ in kinds.SIGNATURES]
    heads += [
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x20ftypavif" + b"\0" * 20,
        b"\0\0\0\x20ftypheic" + b"\0" * 20,
        b"text",
    ]
    assert [media_type_of(head) for head in heads] == [kinds.media_type_of(head) for head in heads]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_tables_as_spreadsheets_save_them_are_read(encoding: str) -> None:
    assert decoded("file,割れ".encode(encoding)) == "file,割れ"
