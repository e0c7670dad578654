"""Log-in and session check."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from lianxin.kit.clock import today

from .models import Account


class OpenAccounts(AuthenticationBackend):  # type: ignore[misc]
    """A closed account neither signs in nor keeps a session: Django asks at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user) and user.is_open_on(today()))

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session with where it works, which every page says; None for one that is closed."""
        user = Account.objects.select_related("home").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
