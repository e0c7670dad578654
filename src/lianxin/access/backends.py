"""Log-in and session check."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from lianxin.kit.clock import today


class OpenAccounts(AuthenticationBackend):  # type: ignore[misc]
    """A closed account neither signs in nor keeps a session: Django asks at every request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user) and user.is_open_on(today()))
