"""A phone at the door: what an officer does with it, on a line that can be cut."""

import re

import pytest

from browser.line import line_to

KEPT = "document.documentElement.dataset.kept === 'yes' && Boolean(navigator.serviceWorker.controller)"


@pytest.fixture(name="live_server")
def line_that_can_be_cut(live_server):
    """The server behind a line that can be cut: going offline in the browser alone leaves its workers online."""
    with line_to(live_server.url) as line:
        line._live_server_modified_settings = live_server._live_server_modified_settings  # asked for by the plugin
        yield line


def keep(page):
    """The list and its pages are on the phone, and the worker looks after them."""
    page.wait_for_function("document.documentElement.dataset.kept === 'yes'")
    page.reload()
    page.wait_for_function(KEPT)


def cut(page, line):
    line.cut()
    page.context.set_offline(True)


def mend(page, line):
    line.mend()
    page.context.set_offline(False)


def record(page, firm, outcome, **more):
    """Two taps: the outcome, then save; counts and note only where they are given."""
    stop = page.locator(".lx-stop", has=page.get_by_role("heading", name=firm))
    stop.get_by_role("link").click()
    page.get_by_text(outcome, exact=True).click()
    if "headcount" in more:
        page.get_by_text("人数有变").click()
        page.get_by_label("总人数").fill(str(more["headcount"]))
    if "note" in more:
        page.get_by_text("备注", exact=True).click()
        page.get_by_label("只写下次走访用得上的").fill(more["note"])
    page.get_by_role("button", name=re.compile("保存|存到本机")).click()
    page.wait_for_url("**/field/visits/")
