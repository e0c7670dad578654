"""Accounts, grants, tokens, one's own page, log-in."""

from datetime import timedelta

import make
from contracts.matrix import Row, Target, act_only, listing, one, own, public
from contracts.world import LINE, World
from lianxin.access.models import Account, ApiToken, Grant, ScopeNode
from lianxin.kit.clock import now, today
from lianxin.places.models import Area, AreaSuccession


def colleague(world: World, area: Area) -> Account:
    """Somebody who belongs to an area and holds one grant there, for one line."""

    def build() -> Account:
        node = ScopeNode.objects.get_or_create(kind="area", area=area, label=area.code)[0]
        made = make.account(username=f"colleague-{area.pk}")
        Grant.objects.create(account=made, role="inspector", line=LINE, node=node, valid_from=make.LONG_AGO)
        return made

    return world.once(("colleague", area.pk), build)  # type: ignore[no-any-return]


def account(world: World, area: Area) -> Target:
    found = colleague(world, area)
    return Target(kwargs={"pk": found.pk}, marks=(found.username,))


def account_in_list(world: World, area: Area) -> Target:
    return Target(query={"q": "colleague-"}, marks=(f">{colleague(world, area).username}<",))


def grant(world: World, area: Area) -> Target:
    found = colleague(world, area)
    return Target(kwargs={"pk": found.grants.get().pk}, marks=(found.label,))


def token(world: World, area: Area) -> Target:
    made = ApiToken.objects.create(
        account=colleague(world, area),
        label="data platform",
        prefix=f"p{area.pk}",
        digest="0" * 64,
        made_at=now(),
        expires_on=today() + timedelta(days=9),
    )
    return Target(kwargs={"pk": made.pk})


def reset_link(world: World, area: Area) -> Target:
    return Target(kwargs={"uidb36": "1", "key": "nonsense"})


def confirm_link(world: World, area: Area) -> Target:
    return Target(kwargs={"key": "nonsense"})


def lost(world: World, area: Area) -> Target:
    """A grant on an area that went over into the record's area."""

    def build() -> Grant:
        path = area.spans.get(valid_until=None).path
        gone = make.area(f"已并入{area.pk}", parent=area.spans.get(valid_until=None).parent)
        gone.spans.update(valid_until=today(), path=path + "zz")
        AreaSuccession.objects.create(old=gone, new=area, on_day=today(), kind="merge")
        made = make.account(("inspector", gone), line=LINE, username=f"lost-{area.pk}")
        return made.grants.get()

    held = world.once(("lost", area.pk), build)
    return Target(kwargs={"pk": held.pk}, marks=(held.account.label,))


def lost_in_list(world: World, area: Area) -> Target:
    return Target(marks=(f">{lost(world, area).marks[0]}<",))


ROWS: dict[str, Row] = {
    "access:lost_grants": listing(lost_in_list, by_line=True),
    "access:answer_lost_grant": one(lost, by_line=True),
    "access:accounts": listing(account_in_list, by_line=True),
    "access:open_account": act_only(),
    "access:account": one(account, by_line=True),
    "access:close_account": one(account, by_line=True),
    "access:reopen_account": one(account, by_line=True),
    "access:password_link": one(account, by_line=True),
    "access:reset_second_factor": one(account, by_line=True),
    "access:end_sessions": one(account, by_line=True),
    "access:give_grant": one(account, by_line=True),
    "access:end_grant": one(grant, by_line=True),
    "access:revoke_token": one(token, by_line=True),
    "access:rights": act_only(),
    "access:make_token": act_only(),
    "access:me": own(),
    "access:end_my_sessions": own(),
    "access:revoke_my_token": own(token),
    "api:me": own(),
    "api:openapi-json": public(),
    # log-in and second factor, by allauth
    "account_forgotten": public(),
    "account_login": public(),
    "account_logout": public(),
    "account_inactive": public(),
    "account_signup": public(),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(reset_link),
    "account_reset_password_from_key_done": public(),
    "account_confirm_login_code": public(),
    "account_confirm_email": public(confirm_link),
    "account_email_verification_sent": public(),
    "mfa_authenticate": public(),
    "account_reauthenticate": own(),
    "account_email": own(),
    "account_change_password": own(),
    "account_set_password": own(),
    "mfa_index": own(),
    "mfa_reauthenticate": own(),
    "mfa_activate_totp": own(),
    "mfa_deactivate_totp": own(),
    "mfa_view_recovery_codes": own(),
    "mfa_generate_recovery_codes": own(),
    "mfa_download_recovery_codes": own(),
}
