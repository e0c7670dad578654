"""A real browser before a real server: Debian's Chromium, the test database, nothing from outside.

def test_the_page_reads_well(page_at, axe, shot):
    page = page_at(390, "/registry/", account=make.account(("steward", area)))
    assert axe(page) == []
    shot(page, "registry-390")
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in the thread that builds rows

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path(os.environ.get("LIANXIN_CHROMIUM", "/usr/bin/chromium"))
AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_RUN = """() => axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'],
})"""
SHOTS = Path(os.environ.get("LIANXIN_SHOTS", ROOT / "var/shots"))
"""Where pictures go; they are only made where this is asked for: `LIANXIN_SHOTS=var/shots`."""
WIDTHS = {1440: 900, 1024: 768, 390: 844}
expect.set_options(timeout=5000)


def _need(path: Path) -> None:
    if path.exists():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{path} is missing: browser tests never skip here")
    pytest.skip(f"needs {path}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; contexts are new for every page."""
    _need(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"},  # words of the browser's own fields
        )
        yield browser
        browser.close()


@pytest.fixture
def page_at(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`page_at(width, path, account=, language=, large=, script=, dark=)`: a page as one person sees it.

    At the end the test fails if any page asked another machine for anything, or broke in its scripts.
    """
    contexts, outside, broken = [], [], []

    def open_page(
        width: int = 1440,
        path: str = "/",
        *,
        account: Any = None,
        language: str = "zh-hans",
        large: bool = False,
        script: bool = True,
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            is_mobile=width < 500,
            has_touch=width < 500,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=script,
            bypass_csp=True,  # axe is put in from the test; the policy itself has its own test
        )
        contexts.append(context)
        wanted = {"lx_language": language, "lx_type": "large" if large else "normal", **_session(account)}
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in wanted.items()])
        inside = (live_server.url, "data:", "blob:")
        context.on("request", lambda r: r.url.startswith(inside) or outside.append(r.url))
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == [], "a page asked another machine"
    assert broken == [], "a script broke"


def _session(account: Any) -> dict[str, str]:
    if account is None:
        return {}
    client = Client()
    client.force_login(account)
    return {"sessionid": client.cookies["sessionid"].value}


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """The serious and critical faults axe finds on a page as it stands, one line each."""
    _need(AXE)

    def check(page: Page) -> list[str]:
        if not page.evaluate("() => Boolean(window.axe)"):
            page.add_script_tag(path=str(AXE))
        found = page.evaluate(AXE_RUN)
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in found["violations"]
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]

    return check


@pytest.fixture
def shot() -> Callable[..., Path]:
    """Keep a picture of the whole page under a name, where pictures were asked for."""

    def keep(page: Page, name: str, *, full: bool = True) -> Path:
        path = SHOTS / f"{name}.png"
        if "LIANXIN_SHOTS" in os.environ:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, full_page=full, animations="disabled")
        return path

    return keep
