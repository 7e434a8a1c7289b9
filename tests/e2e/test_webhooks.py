"""Webhooks in the browser: one is added, its secret is shown once, a test reaches a real receiver."""

import re

from playwright.sync_api import expect
from standardwebhooks import Webhook

from tests.e2e.conftest import OpenPage
from tests.functions.test_webhook_sending import receiver


def test_a_webhook_is_added_tested_and_removed(open_page: OpenPage) -> None:
    page = open_page("/projects/nowhere/webhooks")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name="Webhook を追加")).to_be_disabled()
    page.goto("/projects/bakery/webhooks")
    expect(page.get_by_role("link", name="Webhook", exact=True)).to_be_visible()
    dialog = page.get_by_role("dialog")
    with receiver() as server:
        page.get_by_role("button", name="Webhook を追加").click()
        dialog.get_by_label("アドレス").fill(server.address)
        dialog.get_by_label("モデルの昇格").check()
        dialog.get_by_role("button", name="Webhook を追加").click()
        secret = dialog.locator("output").inner_text()
        assert re.fullmatch(r"whsec_[\w+/=]{44}", secret)
        dialog.get_by_role("button", name="保管しました").click()
        row = page.get_by_role("row").filter(has_text=server.address)
        expect(row).to_contain_text("合格条件の不合格、モデルの昇格、学習の終了")
        expect(page.get_by_text(secret)).to_have_count(0)
        page.context.set_offline(True)
        row.get_by_role("button", name="テスト送信").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("alert").get_by_role("button", name="再試行").click()
        message = dialog.get_by_role("row").filter(has_text="テスト")
        expect(message).to_contain_text("送信済み")
        expect(message).to_contain_text("200 OK")
    [(headers, body)] = server.taken
    assert Webhook(secret).verify(body, headers)["type"] == "webhook.test"
    page.keyboard.press("Escape")
    row.get_by_role("button", name="変更").click()
    dialog.get_by_role("button", name="完全に削除").click()
    expect(page.get_by_text("Webhook がありません")).to_be_visible()
