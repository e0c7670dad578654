"""Who may: act -> roles. A steward can read it, a test walks it, nothing else grants anything.

Acts are named `app.verb_noun`. A view names its act with `@performs`; a command that opens records takes `--as`.
Holding a role in a row is necessary, not sufficient: `within(scope)` says for which records.
"""

from .roles import AREA_OFFICERS

EVERY_ROLE = frozenset(
    AREA_OFFICERS
    | {"chapter_officer", "representative", "counsellor", "partner", "inspector"}
    | {"steward", "auditor", "protection_officer"}
)

MAY: dict[str, frozenset[str]] = {
    # desk
    "desk.view_today": EVERY_ROLE,
}
