"""Articles of the knowledge base: written by one, approved by another, dated, looked at again."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Article, Edition, Matter

HOLDS = timedelta(days=180)
"""After so long somebody looks whether it still holds, unless another day was said."""


class OwnDraft(Refused):
    text = _("A draft is approved by somebody else than who wrote it.")


class NothingWritten(Refused):
    text = _("Please write both the question and the answer.")


class NotDraft(Refused):
    text = _("This wording was approved or replaced already.")


class WrittenAnew(Refused):
    text = _("The draft was written anew in the meantime. Please read it again before you approve it.")


class FromShut(Refused):
    text = _("No article is written after a shut matter. Write it in general words, without the matter.")


class BadDay(Refused):
    text = _("The day to look at it again lies in the future.")


@transaction.atomic
def draft(
    *,
    question: str,
    answer: str,
    actor: Actor,
    at: datetime,
    article: Article | None = None,
    basis: str = "",
    need: str | None = None,
    source: Matter | None = None,
) -> Edition:
    """Write a new article, or a new wording of one; a draft that waits is written over. need : None keeps it.

    Raises NothingWritten, FromShut.
    """
    if not question.strip() or not answer.strip():
        raise NothingWritten()
    if source is not None and source.is_shut:
        raise FromShut()
    article = article or Article.objects.create(need=need or "", source=source)
    if need is not None and need != article.need:
        article.need = need
        article.save(update_fields=["need"])
    article.editions.filter(approved_at=None).delete()
    made = Edition.objects.create(
        article=article,
        question=question.strip()[:200],
        answer=answer.strip(),
        basis=basis.strip()[:200],
        written_by_id=actor.id if actor.kind == "account" else None,
        written_by_label=actor.label[:100],
        written_at=at,
    )
    record("matters.article.drafted", article, actor=actor, at=at, edition=made.pk)
    return made


@transaction.atomic
def approve(
    *, edition: Edition, actor: Actor, at: datetime, review_on: date | None = None, read: int | None = None
) -> Edition:
    """Make a draft public until its next wording. read : the wording that was read; another is not approved unseen.

    Raises NotDraft, OwnDraft, BadDay, WrittenAnew.
    """
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if read not in (None, held.pk):
        raise WrittenAnew(held)
    if held.approved_at is not None:
        raise NotDraft(held)
    if actor.kind == "account" and held.written_by_id == actor.id:
        raise OwnDraft(held)
    held.review_on = _day(review_on, at)
    Edition.objects.filter(article=held.article_id, approved_at__isnull=False, replaced_at=None).update(replaced_at=at)
    held.approved_by_id = actor.id if actor.kind == "account" else None
    held.approved_by_label, held.approved_at = actor.label[:100], at
    held.save()
    record("matters.article.approved", held.article, actor=actor, at=at, edition=held.pk)
    return held


@transaction.atomic
def confirm(*, edition: Edition, actor: Actor, at: datetime, review_on: date | None = None) -> Edition:
    """It was looked at and still holds. Raises NotDraft, BadDay."""
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if held.approved_at is None or held.replaced_at is not None:
        raise NotDraft(held)
    held.review_on = _day(review_on, at)
    held.save(update_fields=["review_on"])
    record("matters.article.reviewed", held.article, actor=actor, at=at, edition=held.pk)
    return held


@transaction.atomic
def withdraw(*, article: Article, actor: Actor, at: datetime) -> None:
    """Take an article away from the public; it stays on record."""
    Article.objects.filter(pk=article.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=actor.label[:100])
    record("matters.article.withdrawn", article, actor=actor, at=at)


def _day(review_on: date | None, at: datetime) -> date:
    day = review_on or day_of(at) + HOLDS
    if day <= day_of(at):
        raise BadDay()
    return day
