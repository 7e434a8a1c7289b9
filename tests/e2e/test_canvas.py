"""The annotation canvas in a real Chromium, on a page of its own: pixels, pointer, keys, and the worker."""

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from bench.claims import ui

DISC: Final = (1700, 1200, 2300, 1800)
"""In pixels of the picture: darker than what is around it."""
MIDDLE: Final = (640, 400)
"""Of the host, on the screen."""


def drawn_picture() -> Image.Image:
    """Return a grey picture with a dark disc in it."""
    picture = Image.new("RGB", (ui.WIDTH, ui.HEIGHT), (150, 150, 150))
    ImageDraw.Draw(picture).ellipse(DISC, fill=(70, 70, 70))
    return picture


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Page]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ui, "picture", drawn_picture)
        with ui.open_page(browser) as page:
            yield page


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The page with a canvas without shapes; what goes wrong on it fails the test."""
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.evaluate("() => bench.open(0, 0)")
    opened.evaluate("() => { window.told = []; canvas.on('changed', (set) => told.push(set)); }")
    yield opened
    opened.evaluate("() => canvas.destroy()")
    opened.unroute_all()
    assert broken == []


def pixels(page: Page) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"), int)


def give(page: Page, name: str, picture: Image.Image) -> None:
    """Answer with a picture when the page asks for a name."""
    body = io.BytesIO()
    picture.save(body, "PNG")
    page.route(f"**/{name}", lambda route: route.fulfill(body=body.getvalue(), content_type="image/png"))


def test_a_moved_view_looks_like_one_that_is_drawn_anew(page: Page) -> None:
    page.evaluate("() => canvas.zoomTo(0.5)")
    page.wait_for_timeout(400)
    page.evaluate("() => { canvas.pan(90, -60); canvas.zoomBy(1.2); }")
    page.wait_for_function("() => new Promise((drawn) => requestAnimationFrame(() => drawn(true)))")
    moving = pixels(page)
    page.wait_for_timeout(400)
    resting = pixels(page)
    assert (np.abs(moving - resting) > 60).mean() < 0.001
    assert {70, 150} <= set(np.unique(resting))


def test_the_wheel_keeps_the_place_under_the_pointer(page: Page) -> None:
    page.mouse.move(400, 300)
    before = page.evaluate("() => canvas.toPicture([400, 300])")
    page.mouse.wheel(0, -240)
    page.wait_for_function("() => canvas.scale > 0.3")
    after = page.evaluate("() => canvas.toPicture([400, 300])")
    assert after == pytest.approx(before, abs=1e-6)


def test_a_click_finds_the_region_up_to_its_edge(page: Page) -> None:
    page.evaluate("() => { window.found = []; canvas.on('found', (one) => found.push(one)); }")
    page.evaluate("() => canvas.use('assist')")
    page.mouse.click(*MIDDLE)
    page.wait_for_function("() => found.length > 0")
    page.keyboard.press("]")
    page.keyboard.press("Enter")
    [shape] = page.evaluate(
        "() => canvas.editor.shapes.map(({ geometry }) => [...geometry.mask.runs].map((at) => at % 4096))"
    )
    assert min(shape) == pytest.approx(DISC[0], abs=20)
    assert max(shape) == pytest.approx(DISC[2], abs=20)


def test_keys_alone_draw_a_box_and_take_it_back(page: Page) -> None:
    page.evaluate("() => { canvas.use('box'); document.querySelector('#host').focus(); }")
    for key in ("ArrowLeft", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    [geometry] = page.evaluate("() => canvas.editor.shapes.map(({ geometry }) => geometry)")
    assert geometry["kind"] == "box"
    assert min(geometry["box"][2:]) > 50
    page.keyboard.press("Control+z")
    assert page.evaluate("() => [canvas.editor.shapes.length, told.map(({ edit }) => edit)]") == [
        0,
        ["draw", "draw"],
    ]


def test_the_brush_paints_where_the_pointer_was(page: Page) -> None:
    page.evaluate("() => { canvas.use('brush'); canvas.brush.radius = 20; }")
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(500, 300, steps=8)
    page.mouse.up()
    page.wait_for_function("() => told.length === 1")
    left, right = page.evaluate("() => [canvas.toPicture([300, 300])[0], canvas.toPicture([500, 300])[0]]")
    columns = page.evaluate("() => [...canvas.editor.shapes[0].geometry.mask.runs].map((at) => at % 4096)")
    assert (min(columns), max(columns)) == (pytest.approx(left - 20, abs=2), pytest.approx(right + 20, abs=2))
    before = pixels(page)[300, 400]
    page.evaluate("() => canvas.setShapesShown(false)")
    page.wait_for_timeout(100)
    assert pixels(page)[300, 400] != before


def test_space_and_drag_move_the_view(page: Page) -> None:
    page.evaluate("() => { canvas.use('box'); document.querySelector('#host').focus(); }")
    before = page.evaluate("() => canvas.toPicture([0, 0])")
    page.keyboard.down(" ")
    page.mouse.move(*MIDDLE)
    page.mouse.down()
    page.mouse.move(MIDDLE[0] + 50, MIDDLE[1])
    page.mouse.up()
    page.keyboard.up(" ")
    after, scale = page.evaluate("() => [canvas.toPicture([0, 0]), canvas.scale]")
    assert after == pytest.approx([before[0] - 50 / scale, before[1]])
    assert page.evaluate("() => canvas.editor.shapes.length") == 0


def test_a_proposal_is_dashed_until_it_is_accepted(page: Page) -> None:
    def share_of_outline() -> float:
        row = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), int)[200, 300:500]
        return float(((row[:, 0] > 200) & (row[:, 2] < 120)).mean())

    page.evaluate(
        """() => {
          const [x, y] = canvas.toPicture([300, 200]);
          const geometry = { kind: "box", box: [x, y, 200 / canvas.scale, 100 / canvas.scale] };
          const colour = "#ff2020";
          canvas.editor.replace([{ id: "p", class_id: "c", colour, label: "crack", proposal: true, geometry }]);
        }"""
    )
    page.wait_for_timeout(100)
    dashed = share_of_outline()
    page.evaluate("() => { canvas.editor.select(['p']); document.querySelector('#host').focus(); }")
    page.keyboard.press("Enter")
    page.evaluate("() => canvas.editor.select([])")
    page.wait_for_timeout(100)
    assert 0.3 < dashed < 0.8
    assert share_of_outline() > 0.95


def test_the_label_of_a_selected_shape_is_shown_where_the_shape_is(page: Page) -> None:
    plain = pixels(page)
    page.evaluate(
        """() => {
          const geometry = { kind: "box", box: [1000, 1000, 50, 50] };
          canvas.editor.replace([{ id: "s", class_id: "c", colour: "#ffffff", label: "crack", geometry }]);
          canvas.editor.select(["s"]);
        }"""
    )
    page.wait_for_timeout(100)
    assert (pixels(page) != plain).any()
    page.evaluate("() => { canvas.zoomTo(4); canvas.pan(-900, -900); }")
    page.wait_for_timeout(400)
    far = pixels(page)
    page.evaluate("() => canvas.editor.select([])")
    page.wait_for_timeout(100)
    assert (pixels(page) == far).all()


def test_a_map_lies_over_the_picture_and_a_reference_takes_its_place(page: Page) -> None:
    give(page, "map.png", Image.fromarray(np.array([[0, 255]], np.uint8)))
    give(page, "reference.png", Image.new("L", (8, 6), 20))
    give(page, "square.png", Image.new("L", (6, 6), 20))
    plain = pixels(page)
    page.evaluate(
        "() => canvas.overlay({ url: 'map.png', strength: 1, colourOf: (level) => [1, 1, 1, level] })"
    )
    page.wait_for_timeout(100)
    mapped = pixels(page)
    assert mapped[700, 200] == plain[700, 200]
    assert mapped[700, 1100] == 255
    page.evaluate("() => canvas.overlay(null)")
    page.evaluate("() => canvas.flicker({ url: 'reference.png', width: 4096, height: 3072 })")
    page.wait_for_timeout(100)
    assert pixels(page)[700, 200] == 20
    page.evaluate("() => canvas.flicker({ url: 'square.png', width: 6, height: 6 })")
    page.wait_for_timeout(100)
    square = pixels(page) == 20
    assert square.any(0).sum() == pytest.approx(square.any(1).sum(), abs=2)
    assert square[450, 700] and not square[:, :200].any()
    page.evaluate("() => canvas.flicker(null)")
    page.wait_for_timeout(100)
    assert (pixels(page) == plain).all()


def test_a_picture_that_cannot_be_loaded_is_told(page: Page) -> None:
    page.evaluate("() => { window.failed = []; canvas.on('failed', (url) => failed.push(url)); }")
    page.evaluate("() => canvas.show({ url: 'nothing.png', width: 40, height: 30 })")
    assert page.evaluate("() => failed") == ["nothing.png"]


def test_many_prepared_pictures_leave_the_one_on_screen(page: Page) -> None:
    plain = pixels(page)
    page.evaluate(
        """async () => {
          const next = Array.from({ length: 9 }, (_, at) => ({ url: `picture.jpg?${at}`, width: 4096, height: 3072 }));
          canvas.prepare(next);
          await new Promise((done) => setTimeout(done, 800));
          canvas.pan(1, 0); canvas.fit();
        }"""
    )
    page.wait_for_timeout(300)
    assert (pixels(page) == plain).all()


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_stored_mask_is_read_with_its_pixels(page: Page, mode: str) -> None:
    mask = Image.new(mode, (60, 40))
    ImageDraw.Draw(mask).rectangle((10, 5, 19, 6), fill=255)
    give(page, "mask.png", mask)
    runs = page.evaluate(
        "async () => [...(await bench.loadMask('mask.png', { width: 60, height: 40 })).runs]"
    )
    assert runs == [310, 320, 370, 380]
