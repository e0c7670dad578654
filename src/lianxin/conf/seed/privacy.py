"""What a few people of the demonstration agreed to, stated, left with us and asked; partners' agreements."""

from datetime import date, datetime, timedelta
from typing import Any

from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM
from lianxin.registry.models import Organisation, OrganisationSpan, Person
from lianxin.registry.operations import consents
from lianxin.registry.operations.agreements import sign_agreement
from lianxin.registry.operations.people import add_guardian
from lianxin.registry.operations.purposes import purpose
from lianxin.registry.operations.requests import receive_request

PEOPLE = 24
STATED = (("work_form", "rider"), ("outdoor_worker", "yes"), ("seeking_work", "yes"), ("volunteer", "yes"))
ASKED = (("copy", "", 6), ("correct", "姓名里有一个字写错了", 19), ("erase", "", 27))
"""What was asked, and how many days ago."""
SHARED = ("每月第一个周六提供会议室，供社区开展活动", "为新就业群体提供歇脚和饮水", "每季度一次法律咨询，每次两小时")


def note(on: date, at: datetime) -> None:
    """People of the community worker's own community, so that the pages about persons show something."""
    by: dict[str, Any] = {"actor": SYSTEM, "at": at}
    home = Account.objects.get(username="yeqinghe").home
    found = list(Person.objects.filter(area=home.area if home else None).order_by("pk")[:PEOPLE])
    for number, person in enumerate(found):
        _one(person, number, on - timedelta(days=30 + 9 * number), by)
    for person, (kind, wish, days) in zip(found, ASKED, strict=False):
        receive_request(person=person, kind=kind, wish=wish, day=on - timedelta(days=days), **by)
    if found:
        _child(found[0], on, by)
    firms = OrganisationSpan.objects.on(on).filter(area=home.area if home else None, valid_until=None)
    for pk, scope in zip(firms.order_by("pk").values_list("organisation", flat=True), SHARED, strict=False):
        given: dict[str, Any] = {"day": on - timedelta(days=1), "until": on + timedelta(days=365)}
        sign_agreement(organisation=Organisation(pk=pk), scope=scope, **given, **by)


def _one(person: Person, number: int, day: date, by: dict[str, Any]) -> None:
    for code, is_given in (("service", True), ("contact_phone", True), ("visits", number % 3 > 0)):
        consents.answer_consent(person=person, purpose=purpose(code), is_given=is_given, day=day, **by)
    attribute, value = STATED[number % len(STATED)]
    said: dict[str, Any] = {"attribute": attribute, "value": value, "purpose": purpose("service")}
    consents.declare(person=person, day=day, **said, **by)
    phone: dict[str, Any] = {"kind": "phone", "value": f"1990000{number:04d}", "purpose": purpose("contact_phone")}
    consents.add_contact(person=person, day=day, **phone, **by)
    if number % 6 == 0:
        need = purpose("access_need")
        consents.answer_consent(person=person, purpose=need, is_given=True, day=day, **by)
        consents.declare(person=person, attribute="access_need", value="large_print", purpose=need, day=day, **by)


def _child(adult: Person, on: date, by: dict[str, Any]) -> None:
    child = Person.objects.create(name=f"{adult.name[0]}小苗", area=adult.area)
    guardian = add_guardian(child=child, guardian=adult, day=on, **by)
    service = purpose("child_service")
    consents.answer_consent(person=child, purpose=service, is_given=True, day=on, guardian=guardian, **by)
    born: dict[str, Any] = {"attribute": "birth_year", "value": str(on.year - 9), "purpose": service}
    consents.declare(person=child, day=on, guardian=guardian, **born, **by)
