import itertools, pytest
from tests.e2e.test_versions import dataset_id, versions
@pytest.mark.parametrize("theme,locale", [("dark","ja"),("light","en")])
def test_shots(open_page, node, dataset_id, theme, locale):
    page = open_page(f"/datasets/{dataset_id}/versions?from=5&to=12", theme=theme, locale=locale)
    page.locator(".card").first.wait_for(); page.wait_for_timeout(1500)
    page.screenshot(path=f"/tmp/time_v_{theme}_{locale}.png")
    page.goto(f"/datasets/{dataset_id}/gallery?as_of=9"); page.get_by_role("gridcell").first.wait_for(); page.wait_for_timeout(1200)
    page.screenshot(path=f"/tmp/time_g_{theme}_{locale}.png")
    page.goto(f"/datasets/{dataset_id}/gallery"); page.get_by_role("gridcell").first.wait_for(); page.wait_for_timeout(800)
    page.screenshot(path=f"/tmp/time_l_{theme}_{locale}.png")
