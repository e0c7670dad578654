"""Random edits, deletions and reorderings of sealed audit entries: every one is detected.

The attacker may write anything to the database, recompute digests, renumber, and sign with a key of his own; he does
not have the seal key nor the digest kept outside.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tools import fresh

MUTATIONS = 10_000
ENTRIES = 120


class Undo(Exception):
    """Ends a trial and takes back what it did."""


@contextmanager
def trial() -> Iterator[None]:
    from django.db import transaction

    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


def fill(entries: int, rng: random.Random) -> None:
    """Entries as the product writes them, sealed in stretches of uneven length."""
    from django.utils import timezone

    from lianxin.trail.chain import seal_next
    from lianxin.trail.models import Entry

    made = 0
    while made < entries:
        stretch = min(rng.randint(1, 20), entries - made)
        Entry.objects.bulk_create(entry(made + number, rng) for number in range(stretch))
        seal_next(timezone.now(), 1000)
        made += stretch


def entry(number: int, rng: random.Random) -> Any:
    from django.utils import timezone

    from lianxin.trail.models import Entry

    return Entry(
        at=timezone.now(),
        actor_kind="account",
        actor_id=rng.randint(1, 9),
        actor_label=f"样例{rng.randint(1, 9)}",
        act=rng.choice(["registry.organisation.added", "registry.organisation.changed"]),
        subject_kind="registry.organisation",
        subject_id=number + 1,
        facts={"rows": rng.randint(0, 99), "on": "2026-03-01"},
    )


def edit(rng: random.Random, *, recompute: bool) -> None:
    from datetime import timedelta

    from lianxin.trail.models import Entry

    victim = pick(rng)
    field = rng.choice(["at", "actor_id", "actor_kind", "actor_label", "act", "subject_kind", "subject_id", "facts"])
    old = getattr(victim, field)
    if field == "at":
        new: Any = old + timedelta(microseconds=rng.choice([-1, 1, 10**6]))
    elif field == "facts":
        new = {**old, "rows": old["rows"] + 1} if rng.random() < 0.5 else {}
    else:
        new = old + 1 if isinstance(old, int) else old[:-1] + chr(ord(old[-1]) ^ 1)
    Entry.objects.filter(pk=victim.pk).update(**{field: new})
    if recompute:
        rechain(victim.position)


def delete(rng: random.Random, *, recompute: bool) -> None:
    from lianxin.trail.models import Entry

    victim = pick(rng)
    Entry.objects.filter(pk=victim.pk).delete()
    if recompute:
        renumber(list(order()))


def reorder(rng: random.Random, *, recompute: bool) -> None:
    rows = list(order())
    one, two = rng.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    renumber(rows, recompute=recompute)


def insert(rng: random.Random, *, recompute: bool) -> None:
    rows = list(order())
    forged = entry(rng.randint(0, 10**6), rng)
    forged.save()
    rows.insert(rng.randint(0, len(rows)), forged.pk)
    renumber(rows, recompute=recompute)


def truncate(rng: random.Random, *, recompute: bool) -> None:
    """Cut off the end, or take it back to unsealed; with `recompute` with its seals."""
    from lianxin.trail.models import Entry, Seal

    rows = list(order())
    keep = rng.randint(0, len(rows) - 1)
    if recompute:
        keep = rng.choice([0, *Seal.objects.order_by("position_to").values_list("position_to", flat=True)][:-1])
        Seal.objects.filter(position_to__gt=keep).delete()
    cut = Entry.objects.filter(pk__in=rows[keep:])
    cut.delete() if rng.random() < 0.5 else cut.update(position=None, digest="")


def reseal(rng: random.Random, *, recompute: bool) -> None:
    """Edit an entry, then delete, move or forge the seals over it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from lianxin.trail.chain import canonical, seal_message
    from lianxin.trail.models import Entry, Seal

    victim = pick(rng)
    seal = Seal.objects.filter(position_to__gte=victim.position).earliest("position_to")
    if not recompute:
        seal.delete()
        return
    Entry.objects.filter(pk=victim.pk).update(actor_id=victim.actor_id + 1)
    rechain(victim.position)
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(str(rng.random()).encode()).digest())
    before = seal.before
    for later in Seal.objects.filter(position_to__gte=seal.position_to).order_by("position_to"):
        later.head = Entry.objects.get(position=later.position_to).digest
        later.before = before
        if rng.random() < 0.9:
            later.key = key.public_key().public_bytes_raw().hex()
        later.signature = before = key.sign(canonical(seal_message(later))).hex()
        later.save()


def pick(rng: random.Random) -> Any:
    from lianxin.trail.models import Entry

    return Entry.objects.get(position=rng.randint(1, Entry.objects.exclude(position=None).count()))


def order() -> Any:
    from lianxin.trail.models import Entry

    return Entry.objects.exclude(position=None).order_by("position").values_list("pk", flat=True)


def renumber(rows: list[int], *, recompute: bool = True) -> None:
    """Give the entries the positions 1, 2, 3 in this order."""
    from lianxin.trail.models import Entry

    changed = [Entry(pk=pk, position=-number) for number, pk in enumerate(rows, 1)]
    Entry.objects.bulk_update(changed, ["position"])
    for row in changed:
        row.position = -row.position
    Entry.objects.bulk_update(changed, ["position"])
    if recompute:
        rechain(1)


def rechain(start: int) -> None:
    """Recompute every digest from a position on, as somebody with the database could."""
    from lianxin.trail.chain import CONTENT, START, link
    from lianxin.trail.models import Entry

    head = Entry.objects.get(position=start - 1).digest if start > 1 else START
    changed = []
    rows = Entry.objects.filter(position__gte=start).order_by("position").values_list("position", "pk", *CONTENT)
    for position, pk, *content in rows:
        head = link(head, position, tuple(content))
        changed.append(Entry(pk=pk, digest=head))
    Entry.objects.bulk_update(changed, ["digest"])


MUTATE: dict[str, Callable[..., None]] = {
    "edit": edit,
    "delete": delete,
    "reorder": reorder,
    "insert": insert,
    "truncate": truncate,
    "reseal": reseal,
}


def attack(mutations: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Mutate the sealed chain so many times; trials and detections by kind."""
    from django.utils import timezone

    from lianxin.trail.chain import digest, verify

    rng, tried, found = random.Random(seed), Counter[str](), Counter[str]()
    outside = digest(timezone.now())
    assert verify([outside]).is_sound
    kinds = list(MUTATE)
    for number in range(mutations):
        kind = kinds[number % len(kinds)]
        recompute = rng.random() < 0.5
        name = f"{kind}{', digests recomputed' if recompute else ''}"
        with trial():
            MUTATE[kind](rng, recompute=recompute)
            tried[name] += 1
            found[name] += not verify([outside]).is_sound
    assert verify([outside]).is_sound
    return tried, found


def main() -> dict[str, Any]:
    fresh.migrated()
    rng = random.Random(20261122)
    fill(ENTRIES, rng)
    tried, found = attack(MUTATIONS, seed=1)
    return {
        "mutations": sum(tried.values()),
        "detected": sum(found.values()),
        "by_kind": {name: {"tried": tried[name], "detected": found[name]} for name in sorted(tried)},
        "must": {"every mutation of sealed entries is detected": tried == found},
    }
