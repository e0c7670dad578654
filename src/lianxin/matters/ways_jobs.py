"""Background work of the ways in."""

import time
from datetime import time as time_of_day
from pathlib import Path

from django.conf import settings

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.rates import sweep
from lianxin.trail.tasks import Run, task

from .models import HotlineFile, Matter
from .operations import hotlines, mailbox


@task(name="matters.read_mail", lease_s=300, atomic=False, every_s=60)
def read_mail(run: Run) -> None:
    """Take in what came by mail, where a mailbox or a folder is named in the settings."""
    if settings.MAIL_FOLDER:
        mailbox.from_folder(Path(settings.MAIL_FOLDER), at=now())
    if settings.IMAP_URL:
        mailbox.from_mailbox(settings.IMAP_URL, at=now())


@task(name="matters.send_receipt", lease_s=60)
def send_receipt(run: Run, *, matter: int, key: str) -> None:
    """Answer a mail with the number and the link."""
    mailbox.receipt(matter=Matter.objects.select_related("kind").get(pk=matter), key=key, at=now()).send()


@task(name="matters.bring_in_hotline", lease_s=120, atomic=False, priority=5)
def bring_in_hotline(run: Run, *, file: int, asker: dict[str, str | int]) -> None:
    """Bring in the export of a hotline that somebody chose, fifty tickets in one transaction."""
    kept = HotlineFile.objects.select_related("body").get(pk=file)
    actor = System(label=str(asker["label"]), id=int(asker["id"]), kind=str(asker["kind"]))
    hotlines.bring_in_kept(file=kept, actor=actor, at=now(), step=run.step)


@task(name="matters.forget_addresses", daily_at=time_of_day(3, 50))
def forget_addresses(run: Run) -> None:
    """Drop the counters of yesterday's senders: their words will never come again."""
    for prefix in ("ask-", "mail-"):
        sweep(prefix, before_s=time.time() - 24 * 3600)
