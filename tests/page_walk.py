"""The walk over every page that can be reached by a link, wide and narrow, with the demonstration in it."""

import re
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from browser_faults import is_wider_than_screen
from conftest import NOW
from lianxin.access.models import Account, Grant
from lianxin.conf.seed.run import seed
from lianxin.figures import snapshots, tables
from lianxin.kit.clock import day_of, now

AWAY = re.compile(r"/accounts/(logout|login)|/static/|export|\.(csv|xlsx|json|parquet|geojson)$")
FRAGMENTS = {"registry:organisation_names"}
"""Addresses that answer with a piece of a page: choices while one types."""
LINKS = "links => links.map(a => new URL(a.getAttribute('href'), document.baseURI).href)"


@pytest.fixture
def everything(transactional_db, settings, tmp_path):
    """The small demonstration with its figures, and somebody who holds every role there."""
    settings.SNAPSHOTS = tmp_path / "snapshots"
    seed(size="small", number=7, on=day_of(now()), at=NOW)
    tables.forget()
    snapshots.write(now())
    steward = Grant.objects.get(account__username="guzhiqiu")
    account = Account.objects.get(username="shenjianshan")
    for role in ("steward", "auditor", "protection_officer", "representative", "inspector"):
        Grant.objects.create(account=account, role=role, node=steward.node, valid_from=date(2015, 1, 1))
    return account


def faults_of_every_page(page_at, axe, shot, live_server, account, language: str) -> list[str]:
    """Walk from every page that needs nothing to be known along all links; what is wrong, page by page."""
    page = page_at(1440, "/", account=account, language=language)
    waiting, seen, faults = _without_arguments(get_resolver()), set(), []
    while waiting:
        path = waiting.pop(0)
        name = _view_name(path)
        if not name or name in seen | FRAGMENTS:
            continue
        seen.add(name)
        faults += [
            f"{name} ({path}): {fault}"
            for fault in _faults(page, axe, shot, urljoin(live_server.url, path), f"{name}-{language}")
        ]
        waiting += page.eval_on_selector_all("a[href]", LINKS)
    assert {"desk:today", "gallery"} <= seen
    return faults


def _without_arguments(resolver: URLResolver, before: str = "/") -> list[str]:
    """Addresses of all pages that need nothing to be known, and name their act."""
    found = []
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += _without_arguments(entry, path)
        elif "<" not in path and hasattr(entry.callback, "act"):
            found.append(path)
    return found


def _view_name(address: str) -> str:
    """The page an address of ours leads to; empty for what is no page."""
    parts = urlsplit(address)
    if AWAY.search(parts.path) or parts.hostname not in (None, "localhost"):
        return ""
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return ""


def _faults(page, axe, shot, address: str, name: str) -> list[str]:
    """What is wrong with one page, wide and narrow."""
    found = []
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.request.get(address)  # asked first without drawing: some addresses only answer what is sent to them
    is_up = address != answer.url and address.startswith(answer.url.partition("?")[0])  # led to the page above it
    if is_up or "text/html" not in answer.headers.get("content-type", "text/html"):
        page.goto("about:blank")
        return []
    if answer.status >= 400:
        return [f"answers {answer.status}"]
    page.goto(address)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"page-{name.replace(':', '-')}-{width}", full=width == 1440)
        found += [f"{width}: {fault}" for fault in axe(page)]
        if is_wider_than_screen(page):
            found.append(f"{width}: wider than the screen")
    if "<c-" in page.content():
        found.append("a component was not drawn")
    return found
