"""The knowledge base: what is public, what waits, and the answers nearest to a question."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.actor import Actor
from lianxin.kit.waiting import WaitingLine
from lianxin_methods.text.alike import Alike

from ..models import Edition, Matter
from ..needs import need_word

LEAST = 0.3
"""How much of a question an article must hold to be shown."""
OF_QUESTION = 0.6


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article as it stands."""

    id: int
    edition: int
    question: str
    answer: str
    basis: str
    need: str
    written_by: str
    approved_by: str
    approved_at: datetime | None
    review_on: date | None
    is_overdue: bool
    shared: tuple[str, ...] = ()
    """What it has in common with what was asked."""


def _line(edition: Edition, day: date, shared: tuple[str, ...] = ()) -> ArticleLine:
    return ArticleLine(
        id=edition.article_id,
        edition=edition.pk,
        question=edition.question,
        answer=edition.answer,
        basis=edition.basis,
        need=need_word(edition.article.need),
        written_by=edition.written_by_label,
        approved_by=edition.approved_by_label,
        approved_at=edition.approved_at,
        review_on=edition.review_on,
        is_overdue=edition.review_on is not None and edition.review_on <= day,
        shared=shared,
    )


def public_editions() -> "QuerySet[Edition]":
    """What anybody may read."""
    rows = Edition.objects.filter(approved_at__isnull=False, replaced_at=None, article__withdrawn_at=None)
    return rows.select_related("article")


def drafts() -> "QuerySet[Edition]":
    """What waits for approval by another."""
    return Edition.objects.filter(approved_at=None, article__withdrawn_at=None).select_related("article")


def article_lines(day: date, *, show: str = "public", most: int = 300) -> list[ArticleLine]:
    """Articles for staff: public, drafts, or those to be looked at again."""
    rows = drafts() if show == "drafts" else public_editions()
    rows = rows.filter(review_on__lte=day) if show == "review" else rows
    return [_line(edition, day) for edition in rows.order_by("review_on", "-pk")[:most]]


def answers(question: str, day: date, *, most: int = 5) -> list[ArticleLine]:
    """The public articles that hold most of what is asked, by words and by likeness, the nearest first."""
    rows = public_editions()
    state = rows.aggregate(last=Max("pk"), at=Max("approved_at"))
    ids, questions, whole = _index(rows.count(), state["last"], state["at"])
    near: dict[int, tuple[float, tuple[str, ...]]] = {}
    for like in whole.covering(question, most=40):
        near[like.place] = ((1 - OF_QUESTION) * like.likeness, like.shared)
    for like in questions.covering(question, most=40):
        value, shared = near.get(like.place, (0.0, ()))
        near[like.place] = (value + OF_QUESTION * like.likeness, like.shared or shared)
    best = sorted(near, key=lambda place: (-near[place][0], place))[:most]
    chosen = {ids[place]: near[place] for place in best if near[place][0] >= LEAST}
    found = {edition.pk: edition for edition in rows.filter(pk__in=chosen)}
    return [_line(found[pk], day, shared) for pk, (_value, shared) in chosen.items() if pk in found]


@lru_cache(maxsize=2)
def _index(_count: int, _last: int | None, _at: datetime | None) -> tuple[list[int], Alike, Alike]:
    """Questions, and questions with answers, put up for comparing; made anew when an article changed."""
    rows = list(public_editions().order_by("pk").values_list("pk", "question", "answer"))
    questions = Alike([question for _pk, question, _answer in rows])
    return [pk for pk, _q, _a in rows], questions, Alike([f"{question} {answer}" for _pk, question, answer in rows])


def forget_index() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    _index.cache_clear()


def knowledge_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Drafts of others that wait for approval, and articles whose day to be looked at has come: two queries."""
    if not actor.may("matters.approve_articles", day):
        return []
    found = []
    waiting = drafts().exclude(written_by=actor.id if actor.kind == "account" else 0).count()
    late = public_editions().filter(review_on__lte=day).order_by("review_on")
    due = late.values_list("review_on", flat=True).first()
    if waiting:
        title = ngettext("%(n)s draft for the knowledge base", "%(n)s drafts for the knowledge base", waiting)
        url = reverse("matters:articles") + "?show=drafts"
        found.append(_waits(title % {"n": waiting}, _("Another than the author approves it."), _("Read it"), url, None))
    if due:
        count = late.count()
        title = ngettext("%(n)s article to look at again", "%(n)s articles to look at again", count)
        url = reverse("matters:articles") + "?show=review"
        found.append(_waits(title % {"n": count}, _("Does it still hold?"), _("Look at it"), url, due))
    return found


def _waits(title: str, detail: str, verb: str, url: str, due: date | None) -> WaitingLine:
    return WaitingLine(_("Knowledge base"), "book-2", title, detail, verb, url, due_on=due)


def known_of(edition: Edition) -> dict[str, str]:
    """What stands in the form of a new wording."""
    need = edition.article.need
    return {"question": edition.question, "answer": edition.answer, "basis": edition.basis, "need": need}


def known_from(matter: Matter) -> dict[str, str]:
    """What stands in the form of an article written after a matter: its title, need and last answer; nothing of a shut
    one."""
    if matter.is_shut:
        return {}
    steps = {step.code for step in matter.kind.kind.steps if "outcome" in step.needs}
    answers = matter.events.filter(act="step", step__in=steps, is_shown=True).order_by("-seq")
    answer = answers.values_list("note", flat=True).first() or ""
    return {"question": matter.title, "answer": answer, "need": matter.need}
