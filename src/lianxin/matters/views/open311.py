"""Open311 GeoReport v2: services, requests and tokens, as JSON and XML, for applications of others.

Listed are matters that are public with consent. Whoever sent one in follows it by its token, like the link of the
public page. Without a key the protection of the public page holds; with one, the rate of the key.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from math import nan
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lianxin.access.models import ApiToken
from lianxin.access.tokens import actor_of, mark_used, seconds_to_wait, token_of
from lianxin.kit.actor import Actor
from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.refusals import Refused

from .. import protection
from ..contacts import kind_of
from ..georeport import plain, read_moment, written
from ..operations import ways
from ..operations.opening import LONGEST, Given, Person
from ..queries import georeport as queries

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
READS = ("GET", "HEAD")
STATUSES = ("open", "closed")
KEY_ACT = "matters.take_in"
"""What a key must be allowed to."""


class Fault(Exception):
    """A request that cannot be served, told in the form of the API."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(text)


def _answer(name: str, rows: list[dict[str, Any]], form: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(written(name, rows, form), content_type=TYPES[form], status=status)
    response["Cache-Control"] = "no-store"
    return response


def _no(fault: Fault, form: str) -> HttpResponse:
    return _answer("errors", [{"code": fault.status, "description": fault.text}], form, fault.status)


def _only(*methods: str) -> Callable[[Any], Any]:
    """Any other method is refused in the form of the API."""

    def deco(view: Any) -> Any:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                return view(request, *args, form=form, **kwargs)  # type: ignore[no-any-return]
            response = _no(
                Fault(405, _("This address takes %(methods)s only.") % {"methods": ", ".join(methods)}), form
            )
            response["Allow"] = ", ".join(methods)
            return response

        return kept

    return deco


@csrf_exempt
@performs(PUBLIC)
@_only(*READS)
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What can be asked for."""
    return _answer("services", [plain(service) for service in queries.services()], form)


@csrf_exempt
@performs(PUBLIC)
@_only(*READS)
def service(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One service. No service asks for more than the standard fields, so its definition holds none."""
    found = [plain(s) for s in queries.services() if s.service_code == code]
    if not found:
        return _no(Fault(404, _("There is no service with this code.")), form)
    return _answer("services", found, form)


@csrf_exempt  # keys and tokens, never cookies, open something here
@performs(PUBLIC)
@_only(*READS, "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Public requests; POST sends one in."""
    try:
        if request.method == "POST":
            return _answer("service_requests", [_sent(request)], form, 201)
        _look(request)
        return _answer("service_requests", [plain(r) for r in queries.public_requests(_wanted(request), now())], form)
    except Fault as fault:
        return _no(fault, form)


@csrf_exempt
@performs(PUBLIC)
@_only(*READS)
def one_request(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """One public request; others do not exist here."""
    try:
        _look(request)
        found = queries.public_requests(queries.Wanted(numbers=(number,)), now())
        if not found:
            raise Fault(404, _("There is no public request with this number."))
    except Fault as fault:
        return _no(fault, form)
    return _answer("service_requests", [plain(found[0])], form)


@csrf_exempt
@performs(PUBLIC)
@_only(*READS)
def token(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The number and the state of a request, public or not, for whoever has the token that its sender was given."""
    try:
        _look(request)
        matter = ways.by_secret(token)
    except Fault as fault:
        return _no(fault, form)
    except Refused as refusal:
        return _no(Fault(404, refusal.sentence), form)
    state = "open" if matter.is_open else "closed"
    return _answer("service_requests", [{"service_request_id": matter.number, "token": token, "status": state}], form)


def _look(request: HttpRequest) -> None:
    if protection.seconds_to_wait(request, "ask-look", protection.LOOKS_A_MINUTE):
        raise Fault(429, _("This page is being asked for too often from here. Please try again in a minute."))


def _check_letters(said: QueryDict) -> None:
    """No database keeps a null character. Raises Fault."""
    if any("\0" in text for texts in said.lists() for text in texts[1]):
        raise Fault(400, _("The text holds a null character. Take it out."))


def _wanted(request: HttpRequest) -> queries.Wanted:
    numbers, codes, statuses = (
        tuple(filter(None, request.GET.get(name, "").split(",")))
        for name in ("service_request_id", "service_code", "status")
    )
    if {*statuses} - {*STATUSES}:
        raise Fault(400, _("A status is open or closed."))
    wanted = queries.Wanted(numbers, codes, statuses=statuses)
    try:
        since, until = (read_moment(text) if (text := request.GET.get(n)) else None for n in ("start_date", "end_date"))
    except ValueError:
        raise Fault(400, _("A day must be written like 2026-01-31T00:00:00Z.")) from None
    return replace(wanted, since=since, until=until)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Take one in, and say its token; the number comes with it."""
    if protection.is_too_heavy(request):
        raise Fault(413, _("This is more than can be sent at once."))
    actor, said = _who(request), request.POST
    _check_letters(said)
    code = said.get("service_code", "")
    if code not in {s.service_code for s in queries.services()}:
        raise Fault(400, _("There is no service with this code."))
    name = f"{said.get('last_name', '')}{said.get('first_name', '')}"[:60]
    contact = (said.get("phone") or said.get("email") or "").strip()[:100]
    given = Given(
        words=said.get("description", "")[: LONGEST + 1],
        way="open311",
        need=code,
        place=_place(said),
        person=Person(name, kind_of(contact), contact),
    )
    given = replace(given, key=_key(said.get("idempotency_key", "")[:100], given, actor))
    try:
        opened = ways.bring_in(given=given, at=now(), actor=actor)
    except Refused as refusal:
        raise Fault(400, refusal.sentence) from refusal
    notice = _("Received. The token leads to its progress.")
    return {
        "service_request_id": opened.matter.number,
        "token": opened.secret,
        "service_notice": notice,
        "account_id": "",
    }


def _key(given_key: str, given: Given, actor: Actor | None) -> str:
    """What makes a second sending the same request: the key and all that was sent. The key alone could be guessed, and
    whoever guessed it would be handed the token of somebody else."""
    if not given_key:
        return ""
    said = [actor.id if actor else 0, given.words, given.need, given.place, given.person.name, given.person.contact]
    return f"open311:{given_key}:{sha256(json.dumps(said).encode()).hexdigest()}"


def _place(said: QueryDict) -> str:
    """Where, as it was sent: an address, else the coordinates. Raises Fault where these cannot be."""
    if address := said.get("address_string", "").strip():
        return address[:200]
    at = [said.get(name, "").strip() for name in ("lat", "long")]
    if not any(at):
        return said.get("address_id", "").strip()[:200]
    try:
        lat, long = (float(text) for text in at)
    except ValueError:
        lat = long = nan
    if not (abs(lat) <= 90 and abs(long) <= 180):
        raise Fault(400, _("lat and long must both be degrees, such as 22.54 and 114.06."))
    return f"{lat:.6f}, {long:.6f}"


def _who(request: HttpRequest) -> Actor | None:
    """Who sends: the account of a key, or nobody in particular within the limits of the public page."""
    secret = request.POST.get("api_key") or request.GET.get("api_key") or ""
    if not secret:
        if protection.seconds_to_wait(request, "ask", protection.SENT_A_MINUTE) or protection.all_too_many():
            raise Fault(429, _("This page is being asked for too often from here. Please try again in a minute."))
        return None
    held: ApiToken | None = token_of(secret, today())
    if held is None or not actor_of(held).may(KEY_ACT, today()):
        raise Fault(403, _("This api_key is not good, or may not send requests in."))
    if seconds_to_wait(held):
        raise Fault(429, _("This page is being asked for too often from here. Please try again in a minute."))
    mark_used(held, today())
    return actor_of(held)
