"""A small land to inspect: two firms and more, two inspectors, a lead, a partner body."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import day_of, now
from lianxin.matters.models import CarriedOut, Listed, Round
from lianxin.matters.operations.checklists import current_lists
from lianxin.matters.operations.inspections import Noted, record_inspection
from lianxin.matters.operations.rounds import Plan, open_round, plan_round


@dataclass
class Land:
    """Firms in a street; `plan` and `opened` give rounds over them."""

    firms: int = 6
    at: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        self.district = make.area("样例区")
        self.street = make.area("样例街道", parent=self.district)
        self.community = make.area("样例社区", parent=self.street)
        self.organisations = [make.organisation(f"云杉样例{n}厂", area=self.community) for n in range(self.firms)]
        self.union = make.body("样例街道总工会", area=self.street, form="area", kind="union_federation")
        self.bureau = make.body("样例街道安监站", area=self.street, form="area", kind="union_federation")
        self.lead = self.person("subdistrict_officer", self.street, "lead")
        self.ann = self.person("inspector", self.street, "ann")
        self.ben = self.person("inspector", self.street, "ben")

    @staticmethod
    def person(role: str, where: Any, name: str = "") -> AccountActor:
        return AccountActor(make.account((role, where), username=name))

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.lead, "at": self.at}

    def plan(self, **given: Any) -> Plan:
        day = day_of(self.at)
        base = Plan(
            title="样例排查",
            area=self.street,
            lists=current_lists(self.at),
            starts_on=day,
            ends_on=day + timedelta(days=14),
            body=self.union,
            wanted=self.firms - 2,
        )
        return replace(base, **given)

    def opened(self, **given: Any) -> Round:
        return open_round(held=plan_round(plan=self.plan(**given), **self.by, seed=5), **self.by)

    def all_opened(self, **given: Any) -> Round:
        return self.opened(organisations=[o.pk for o in self.organisations], **given)

    def noted(self, *bad: tuple[str, str], **given: Any) -> Noted:
        """Everything in order but what is named."""
        places = [(row.code, item.code) for row in current_lists(self.at) for item in row.list.items]
        base = Noted(
            key=uuid4(),
            carried_on=day_of(self.at),
            first=self.ann.account,
            second=self.ben.account,
            answers={place: "bad" if place in bad else "ok" for place in places},
            words=dict.fromkeys(bad, "二楼西侧。"),
        )
        return replace(base, **given)

    def inspected(self, *bad: tuple[str, str], listed: Listed | None = None, **given: Any) -> CarriedOut:
        found = listed or self.all_opened().listed.order_by("pk").first()
        assert found is not None
        return record_inspection(listed=found, noted=self.noted(*bad, **given), actor=self.ann, at=self.at)
