"""The database answers every post as the rules alone do: the same receipts, differences and counts."""

import json
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.clock import now, today
from lianxin.reach.models import VisitRecord
from lianxin.reach.queries.visits import account_key
from lianxin.registry.models import Organisation
from lianxin.registry.operations.organisations import change_organisation
from reach import offline

pytestmark = pytest.mark.django_db
STORIES = int(os.environ.get("LIANXIN_OFFLINE_DATABASE", "12"))
WORDS = {"headcount": "headcount", "women": "union_members"}
"""A field of the model -> one that may hold any number beside the first."""


@dataclass
class Twin(offline.Register):
    """Every post goes to the rules alone and to the product; both must say the same."""

    accounts: dict[str, Account] = field(default_factory=dict)
    firms: dict[str, Organisation] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def build(self) -> None:
        street = make.area(parent=make.area())
        for officer in self.rounds:
            self.accounts[officer] = make.account(("subdistrict_officer", street))
            self.clients[officer] = Client()
            self.clients[officer].force_login(self.accounts[officer])
        for subject, facts in self.facts.items():
            known = {WORDS[name]: number for name, number in facts.items()}
            self.firms[subject] = make.organisation(area=street, **known)

    def edit(self, subject: str, name: str, number: int) -> None:
        super().edit(subject, name, number)
        by: dict[str, Any] = {"day": today(), "actor": AccountActor(self.accounts["a"]), "at": now()}
        change_organisation(organisation=self.firms[subject], **by, **{WORDS[name]: number})  # type: ignore[arg-type]

    def answer(self, post: Mapping[str, Any]) -> dict[str, Any]:
        expected, officer = super().answer(post), post["account"]
        sent = {"account": account_key(self.accounts[officer].pk), "items": [self._item(i) for i in post["items"]]}
        response = self.clients[officer].post(reverse("field:send"), json.dumps(sent), "application/json")
        given = response.json()
        states = {item["key"]: given["receipts"][str(_key(item["key"]))]["state"] for item in post["items"]}
        assert states == {key: receipt["state"] for key, receipt in expected["receipts"].items()}
        shown = sorted((d["record"], d["field"], d["said"], d["found"]) for d in given["differences"])
        wanted = [(str(_key(d["record"])), WORDS[d["field"]], d["said"], d["found"]) for d in expected["differences"]]
        assert shown == sorted(wanted)
        assert given["round"] == expected["round"]
        for subject, facts in expected["facts"].items():
            known = given["facts"].get(f"organisation:{self.firms[subject].pk}")
            assert known is None or {name: known[WORDS[name]] for name in facts} == facts
        return expected

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        known = {**item, "key": str(_key(item["key"])), "visited_on": today().isoformat(), "outcome": "other"}
        if item["kind"] == "choice":
            return {**known, "record": str(_key(item["record"])), "field": WORDS[item["field"]]}
        counts = {WORDS[name]: count for name, count in item["counts"].items()}
        return {**known, "subject": f"organisation:{self.firms[item['subject']].pk}", "counts": counts}


def _key(word: str) -> Any:
    return uuid5(NAMESPACE_OID, word)


@pytest.mark.skipif(offline.NODE is None, reason="needs node, which runs the outbox of the phones")
def test_the_database_answers_as_the_rules_do():
    phones = offline.Phones()
    for number in range(STORIES):
        with transaction.atomic():
            story = offline.Story(phones, random.Random(70_000 + number), register_of=Twin)
            story.run()
            story.heal()
            assert story.faults() == [], f"story {number}"
            assert VisitRecord.objects.count() == len(story.said)
            transaction.set_rollback(True)
    phones.close()
