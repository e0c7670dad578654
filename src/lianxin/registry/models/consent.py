"""What a person allowed, stated and left with us, each for a purpose."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered

from .person import Person


class Purpose(models.Model):
    """Why personal data is held (处理目的): the legal basis, what the person is told, how long it is kept."""

    BASES = [(b, b) for b in ("consent", "membership", "duty", "emergency")]
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    basis = models.CharField(max_length=12, choices=BASES)
    basis_text = models.CharField(max_length=200)
    """The article or decision it rests on."""
    notice = models.TextField()
    """The words a person reads before answering."""
    notice_en = models.TextField(blank=True)
    """The same words in English; empty where nobody wrote them."""
    notice_version = models.PositiveIntegerField(default=1)
    notice_since = models.DateField(null=True)
    """The day from which these words are read; null for words that came with the product."""
    data_kinds = models.CharField(max_length=200, blank=True)
    """Which kinds of personal data it needs, as the notice names them."""
    data_kinds_en = models.CharField(max_length=200, blank=True)
    is_separate = models.BooleanField(default=False)
    """Whether it may hold sensitive statements: its consent is asked by itself (单独同意), PIPL 29."""
    keep_months = models.PositiveIntegerField()
    """How long data is kept after the purpose has ended."""
    ask_again_months = models.PositiveIntegerField(default=12)
    """After a no, nobody asks again before this time is over."""
    ended_on = models.DateField(null=True)
    """From this day nothing new is taken for it; null as a rule."""

    def __str__(self) -> str:
        """Its name in the reader's language."""
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en or self.name


class FormerNotice(models.Model):
    """Words of a purpose that were read before (旧版告知书): a consent names the version it answered."""

    purpose = models.ForeignKey(Purpose, on_delete=models.CASCADE, related_name="former_notices")
    version = models.PositiveIntegerField()
    text = models.TextField()
    text_en = models.TextField(blank=True)
    since = models.DateField(null=True)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="formernotice_once", fields=["purpose", "version"])]


class Guardian(Dated):
    """Who speaks for somebody under 14 (监护人)."""

    child = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardians")
    guardian = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wards")
    objects = DatedSet["Guardian"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("guardian_ordered"),
            models.CheckConstraint(name="guardian_is_another", condition=~Q(child=models.F("guardian"))),
            models.UniqueConstraint(
                name="guardian_once", fields=["child", "guardian"], condition=Q(valid_until__isnull=True)
            ),
        ]


class Consent(models.Model):
    """A person's answer for one purpose (同意): yes or no, to which words, and when it was taken back."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    is_given = models.BooleanField()
    notice_version = models.PositiveIntegerField()
    answered_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    guardian = models.ForeignKey(Guardian, null=True, on_delete=models.PROTECT, related_name="+")
    """Who answered for a child; null where the person answered."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_one_in_force",
                fields=["person", "purpose"],
                condition=Q(is_given=True, withdrawn_on__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_ordered",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("answered_on")),
            ),
        ]


class Declaration(Dated):
    """One attribute a person, or the guardian, states (声明). `valid_until` is when it must be asked for again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="declarations")
    attribute = models.CharField(max_length=40)
    """A code of `registry.attributes.ATTRIBUTES`."""
    value = models.CharField(max_length=40)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.CASCADE, related_name="+")
    """Null where the purpose rests on something else than consent."""
    seen_on = models.DateField(null=True)
    """The day somebody saw the certificate or list that says so."""
    guardian = models.ForeignKey(Guardian, null=True, on_delete=models.PROTECT, related_name="+")
    objects = DatedSet["Declaration"].as_manager()

    class Meta:
        constraints = [span_is_ordered("declaration_ordered")]
        indexes = [
            models.Index(name="declaration_by_person", fields=["person", "attribute", "valid_from"]),
            models.Index(name="declaration_by_attribute", fields=["attribute", "value", "valid_from"]),
        ]


class Contact(models.Model):
    """A way to reach a person (联系方式), sealed. Each opening is recorded; it is found by its look-up word."""

    KINDS = [(k, k) for k in ("phone", "email", "wecom", "wechat")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=KINDS)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    lookup = models.CharField(max_length=64)
    is_safe = models.BooleanField(default=True)
    """Whether a message there can be read by nobody else who must not read it."""
    added_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="contact_once", fields=["person", "lookup"])]
        indexes = [models.Index(name="contact_by_lookup", fields=["lookup"])]

    @property
    def where(self) -> str:
        """The place this value is sealed for."""
        return f"registry.contact.sealed:{self.pk}"
