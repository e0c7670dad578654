"""How allauth behaves here: nobody signs up, log-ins are recorded, secrets of second factors are encrypted."""

import base64
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.trail.operations import record

from .actors import AccountActor
from .models import Account


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """A steward opens accounts; every log-in, good or failed, and every new password is in the audit trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        if not user.is_open_on(today()):
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            record("access.account.signed_in", user, actor=AccountActor(user), at=now())
        return super().post_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A failed log-in to an account that exists; names that nobody has are not kept: they may be passwords."""
        account = Account.objects.filter(username=credentials.get("username") or "").first()
        if account is not None:
            with transaction.atomic():
                record("access.account.sign_in_failed", account, actor=System("log-in"), at=now())

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        with transaction.atomic():
            record("access.account.password_set", user, actor=AccountActor(user), at=now())


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keys of second factors lie encrypted in the database, under the newest field key."""

    def encrypt(self, text: str) -> str:
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box().decrypt(encrypted_text.encode()).decode()

    @staticmethod
    def _box() -> MultiFernet:
        secrets = [key.rpartition(":")[2] for key in settings.FIELD_KEYS.split(",")]
        digests = [sha256(b"second factor\0" + secret.encode()).digest() for secret in secrets]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
