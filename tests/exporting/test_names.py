"""Names of exported files."""

from kenpin.exporting.names import LONGEST, UniqueNames

ID = "0123456789ab" + "c" * 52


def name(given: str, media_type: str = "image/png") -> str:
    return UniqueNames().name_of(ID, given, media_type)


def test_names_are_safe_and_keep_what_people_wrote() -> None:
    assert name("欠け 3.PNG") == "欠け 3.PNG"
    assert name("../a/b.png") == "_a_b.png"
    assert name('a:b*"c.png') == "a_b__c.png"
    assert name("con.png") == "_con.png"
    assert name("") == "0123456789ab.png"
    assert name("...png") == "0123456789ab.png"
    assert len(name("長" * 200 + ".png").encode()) <= LONGEST + 4


def test_the_suffix_is_that_of_the_kind_of_file() -> None:
    assert name("a.bmp") == "a.bmp.png"
    assert name("a", "image/tiff") == "a.tif"
    assert name("a.TIFF", "image/tiff") == "a.TIFF"


def test_no_two_names_differ_by_suffix_or_case_alone() -> None:
    names = UniqueNames()
    given = [("a.png", "image/png"), ("A.jpg", "image/jpeg"), ("a.png", "image/png"), ("b.png", "image/png")]
    found = [names.name_of(ID, *each) for each in given]
    assert found == ["a.png", "A-0123456789ab.jpg", f"{ID}.png", "b.png"]
