"""Bodies of the lines: their dated shape, terms, what they cover, who holds posts."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, holds_on, span_is_ordered
from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from .imports import Import, Recorded, RecordedSet


class Line(models.Model):
    """One federation's own tree of bodies (条线): union, league, women, or any other."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)


class Body(models.Model):
    """The identity of a chapter of one line (组织). Its name, form and place are dated: see BodySpan."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")


class BodySpanSet(RecordedSet["BodySpan"]):
    def within(self, scope: Scope) -> "BodySpanSet":
        """Bodies in an area reached on their line, or reached one by one."""
        reached = Q(body__in=scope.refs("body"))
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line))
            condition = Q(area__in=Area.objects.within(part))
            reached |= condition & Q(body__line__code=line) if line else condition
        return self.filter(reached)


class BodySpan(Recorded):
    """What a body was called, what kind it was and where it stood, from a day until before a day.

    A body exists on a day when a span holds; it is *valid* when a term holds as well.
    """

    FORMS = [("own", "own"), ("joint", "joint"), ("site", "site"), ("area", "area")]
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="spans")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    """Identifier of the domain, such as union_committee, league_branch, women_federation."""
    form = models.CharField(max_length=10, choices=FORMS)
    """own: one employer; joint: several; site: keyed to a building, park or business area; area: a federation."""
    parent = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    corrected_at = models.DateTimeField(null=True)
    """When somebody last set right, in place, what this span says."""
    objects = BodySpanSet.as_manager()

    class Meta:
        constraints = [
            span_is_ordered("bodyspan_ordered"),
            models.UniqueConstraint(name="bodyspan_one_open", fields=["body"], condition=Q(valid_until__isnull=True)),
        ]
        indexes = [
            models.Index(name="bodyspan_by_area", fields=["area", "valid_from"]),
            models.Index(name="bodyspan_by_parent", fields=["parent"]),
            models.Index(name="bodyspan_by_name", fields=["name", "id"]),
        ]


class TermSet(DatedSet["Term"]):
    def seen(self, hidden: list[int] | None = None) -> "TermSet":
        """Terms as everybody sees them now: without what an unfinished import wrote, or a finished one replaced.

        hidden : ids from `Import.hidden()`, asked for once a request; None asks here.
        """
        pending = Import.hidden() if hidden is None else hidden
        if not pending:
            return self.filter(ended_in=None)
        kept = Q(ended_in=None) | Q(ended_in__in=pending)
        return self.filter(kept & (Q(born_in=None) | ~Q(born_in__in=pending)))

    def on(self, day: date, hidden: list[int] | None = None) -> "TermSet":
        """Terms that hold on the day."""
        return self.seen(hidden).filter(holds_on(day))


class Term(Recorded):
    """A term of office of a body (届), from election until the day it must be renewed by.

    A term has its last day from the start, so an import cannot end one as it ends an open span: the day that was
    there would be lost to an undo. It puts the term away whole (`ended_in`) and writes another in its place.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="terms")
    objects = TermSet.as_manager()

    class Meta:
        constraints = [span_is_ordered("term_ordered")]
        indexes = [models.Index(name="term_by_body", fields=["body", "valid_from"])]


class CoveringSet(RecordedSet["Covering"]):
    """Coverings, read only `on(day)`."""


class Covering(Recorded):
    """A body covers an organisation (覆盖): one row for its own, many for a joint or site-based body."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="coverings")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.CASCADE, related_name="coverings")
    objects = CoveringSet.as_manager()

    class Meta:
        constraints = [
            span_is_ordered("covering_ordered"),
            models.UniqueConstraint(
                name="covering_one_open", fields=["body", "organisation"], condition=Q(valid_until__isnull=True)
            ),
        ]
        indexes = [models.Index(name="covering_by_organisation", fields=["organisation", "valid_from"])]


class Post(Dated):
    """A post in a body, held by a person for a mandate (职务); person is null while vacant."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="posts")
    title = models.CharField(max_length=40)
    """Code: chair, vice_chair, secretary, member, representative, organiser."""
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    mandate_until = models.DateField(null=True)
    objects = DatedSet["Post"].as_manager()

    class Meta:
        constraints = [span_is_ordered("post_ordered")]
        indexes = [models.Index(name="post_by_body", fields=["body", "valid_from"])]
