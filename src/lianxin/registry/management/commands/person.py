"""`lianxin person export|erase|past-date`: a copy, erasure, and who is held longer than any purpose allows."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Person
from lianxin.registry.operations.rights import erase_person, export_person, person_by_contact
from lianxin.registry.queries.retention import people_past_date

COMMAND = System(label="command")


class Command(BaseCommand):
    help = "Copy out or erase everything held about one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "erase", "past-date"])
        who = parser.add_mutually_exclusive_group()
        who.add_argument("id", nargs="?", type=int, help="number of the record")
        who.add_argument("--lookup", help="phone number or e-mail address the person left")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "past-date":
            ids = list(people_past_date(today()).order_by("pk").values_list("pk", flat=True))
            self.stdout.write(json.dumps({"people": ids}))
            return
        if options["id"] is None and not options["lookup"]:
            raise CommandError("Name the person by the number of the record or by --lookup.", returncode=2)
        try:
            person = person_by_contact(options["lookup"]) if options["lookup"] else self._by_id(options["id"])
            if options["what"] == "export":
                answer = export_person(person=person, actor=COMMAND, at=now())
            else:
                answer = {"person": person.pk, "erased": erase_person(person=person, actor=COMMAND, at=now())}
        except Refused as refusal:
            self.stdout.write(json.dumps({"refused": refusal.code, "text": refusal.sentence}, ensure_ascii=False))
            raise CommandError(refusal.sentence, returncode=1) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _by_id(self, number: int) -> Person:
        person = Person.objects.filter(pk=number).first()
        if person is None:
            raise CommandError(f"No person {number}.", returncode=1)
        return person
