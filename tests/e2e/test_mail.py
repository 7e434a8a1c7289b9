"""One's own e-mails in the browser: turned off, and their language chosen."""

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.stubs import MY_MAIL, stub_mail


def test_a_person_turns_e_mails_off_and_chooses_their_language(open_page: OpenPage) -> None:
    page = open_page()
    stub_mail(page)
    page.goto("/settings/mail")
    wanted, language = page.get_by_label("メールを受け取る"), page.get_by_label("言語")
    expect(wanted).to_be_checked()
    with page.expect_response(MY_MAIL):
        wanted.uncheck()
    expect(page.get_by_role("status").filter(has_text="メールの設定を保存しました")).to_be_visible()
    with page.expect_response(MY_MAIL):
        language.select_option("en")
    page.reload()
    expect(language).to_have_value("en")
    expect(wanted).not_to_be_checked()
