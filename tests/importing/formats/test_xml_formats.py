"""Pascal VOC and CVAT for images 1.1, on the examples of their authors."""

import pytest

from kenpin.importing.entry import DefectShape, MaskRuns
from kenpin.importing.formats import cvat, voc
from tests.importing.readers import entries, problems, tree_of

VOC = """<annotation><folder>VOC2007</folder><filename>000001.jpg</filename>
<size><width>353</width><height>500</height><depth>3</depth></size><segmented>0</segmented>
<object><name>dog</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
<bndbox><xmin>48</xmin><ymin>240</ymin><xmax>195</xmax><ymax>371</ymax></bndbox></object>
<object><name>person</name><bndbox><xmin>8.5</xmin><ymin>12</ymin><xmax>352</xmax><ymax>498</ymax></bndbox>
<polygon><x1>8</x1><y1>12</y1><x2>352</x2><y2>12</y2><x3>352</x3><y3>498</y3></polygon></object></annotation>"""
CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><name>t</name></task></meta>
<image id="0" name="a.png" width="8" height="6" subset="Train">
<box label="chip" occluded="0" xtl="1.5" ytl="2.00" xbr="4.5" ybr="5" z_order="0">
<attribute name="a">b</attribute></box>
<polygon label="crack" points="1.0,1.0;4.0,1.0;4.0,5.0"></polygon>
<mask label="stain" rle="1, 2, 1, 2" left="2" top="1" width="3" height="2"></mask>
<tag label="NG"></tag></image>
<image id="1" name="b.png" width="8" height="6"></image></annotations>"""


def test_the_published_example_of_voc() -> None:
    source = tree_of(
        "VOC2007/JPEGImages/000001.jpg VOC2007/JPEGImages/000002.jpg VOC2007/SegmentationClass/000001.png",
        {"VOC2007/Annotations/000001.xml": VOC, "VOC2007/ImageSets/Main/val.txt": "000001\n"},
    )
    assert voc.recognises(source)
    found = entries(voc.read, source)
    assert found.keys() == {"VOC2007/JPEGImages/000001.jpg", "VOC2007/JPEGImages/000002.jpg"}
    first = found["VOC2007/JPEGImages/000001.jpg"]
    assert (first.verdict, first.split) == ("NG", "validation")
    assert first.defects == (
        DefectShape("dog", box=(48, 240, 147, 131)),
        DefectShape("person", polygon=((8, 12), (352, 12), (352, 498))),
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (VOC.replace("<xmin>48<", "<xmin>x<"), "object 1: xmin 'x' is no number"),
        (VOC.replace("<xmin>48<", "<xmin>480<"), "object 1: box 480, 240, 195, 371 has no area"),
        (VOC.replace("<name>dog</name>", ""), "object 1: name is missing"),
        (VOC.replace("<y3>498</y3>", ""), "object 2: polygon has 5 numbers"),
        (VOC[:-3], "not XML: "),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + VOC, "has a document type, which is refused"),
        ("<x/>", "is no Pascal VOC annotation but <x>"),
        (VOC.replace("000001.jpg", "9.jpg"), "9.jpg is not in source; put it there"),
    ],
)
def test_a_bad_voc_file_rejects_its_image_alone(text: str, what: str) -> None:
    source = tree_of("000001.jpg 2.jpg", {"000001.xml": text, "2.xml": VOC.replace("000001.jpg", "2.jpg")})
    assert problems(voc.read, source)["000001.xml"].startswith(what)
    assert [each.path for each in voc.read(source) if hasattr(each, "path")] == ["2.jpg"]


def test_japanese_names_in_shift_jis_and_utf_16_are_read() -> None:
    text = '<?xml version="1.0" encoding="{}"?>' + VOC.replace("dog", "キズ")
    for encoding in ("Shift_JIS", "utf-16", "utf-8"):
        source = tree_of("000001.jpg", {"000001.xml": text.format(encoding).encode(encoding)})
        assert entries(voc.read, source)["000001.jpg"].defects[0].class_name == "キズ"


def test_every_area_of_cvat_is_read() -> None:
    source = tree_of("images/a.png images/b.png", {"annotations.xml": CVAT})
    assert cvat.recognises(source)
    assert not voc.recognises(source)
    found = entries(cvat.read, source)
    first = found["images/a.png"]
    assert (first.words, first.split, first.verdict) == (("NG",), "train", "NG")
    assert first.defects == (
        DefectShape("chip", box=(1.5, 2, 3, 3)),
        DefectShape("crack", polygon=((1, 1), (4, 1), (4, 5))),
        DefectShape("stain", mask=MaskRuns(8, 6, (19, 2, 4, 2, 21))),
    )
    assert found["images/b.png"].verdict is None


def test_a_cvat_file_of_a_split_assigns_it() -> None:
    text = CVAT.replace(' subset="Train"', "")
    found = entries(cvat.read, tree_of("images/a.png images/b.png", {"val.xml": text}))
    assert {entry.split for entry in found.values()} == {"validation"}


def test_turned_boxes_and_ellipses_become_polygons() -> None:
    turned = CVAT.replace('z_order="0"', 'rotation="90"').replace(
        "<polygon", '<ellipse cx="4" cy="3" rx="2" ry="1"'
    )
    first = entries(cvat.read, tree_of("a.png b.png", {"a.xml": turned.replace("</polygon>", "</ellipse>")}))[
        "a.png"
    ]
    box, ellipse = (shape.polygon or () for shape in first.defects[:2])
    assert [tuple(round(number, 6) for number in corner) for corner in box] == [
        (4.5, 2),
        (4.5, 5),
        (1.5, 5),
        (1.5, 2),
    ]
    assert len(ellipse) == 48
    assert max(x for x, _ in ellipse) == 6


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('xtl="1.5"', "", "box 1: xtl is missing"),
        ("<polygon", "<polyline", "polyline 2: is a shape without an area"),
        ("1, 2, 1, 2", "1, 2, 1", "mask 3: the runs of the mask cover 4 pixels, not 3×2"),
        ('left="2"', 'left="7"', "mask 3: the mask at 7, 1 of 3×2 leaves the picture of 8×6"),
        ('name="a.png"', 'name="z.png"', "z.png is not in source"),
    ],
)
def test_a_bad_shape_of_cvat_rejects_its_image_alone(old: str, new: str, what: str) -> None:
    text = CVAT.replace(old, new).replace("</polygon>", "</polyline>" if "polyline" in new else "</polygon>")
    ((_, found),) = problems(cvat.read, tree_of("a.png b.png", {"annotations.xml": text})).items()
    assert found.startswith(what)


def test_cvat_for_video_says_what_to_export_instead() -> None:
    source = tree_of("a.png", {"annotations.xml": "<annotations><track/></annotations>"})
    assert "export the task as CVAT for images" in problems(cvat.read, source)["annotations.xml"]
