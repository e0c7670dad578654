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
STEWARD = frozenset({"steward"})

WHOLE: frozenset[str] = frozenset(
    {
        "trail.view_jobs",
        "trail.manage_jobs",
        "trail.view_entries",
        "rules.edit_rules",
        "rules.edit_parameters",
        "places.import_calendar",
        "registry.edit_purposes",
        "figures.view_snapshots",
        "figures.take_snapshot",
        "reach.switch_obligation",
        "reach.set_pattern",
        "matters.edit_duties",
        "matters.edit_kinds",
    }
)
"""Acts on what belongs to the whole installation: only a grant on a top area, for every line, allows them."""

MAY: dict[str, frozenset[str]] = {
    # kit
    "kit.view_gallery": EVERY_ROLE,
    # conf
    "conf.view_settings": EVERY_ROLE,
    # desk
    "desk.view_today": EVERY_ROLE,
    # registry: imports
    "registry.view_imports": AREA_OFFICERS,
    "registry.start_import": AREA_OFFICERS,
    "registry.undo_import": AREA_OFFICERS,
    # trail
    "trail.view_jobs": frozenset({"steward", "auditor"}),
    "trail.manage_jobs": STEWARD,
    "trail.view_entries": frozenset({"steward", "auditor", "protection_officer"}),
    # rules
    "rules.view_rules": EVERY_ROLE,
    "rules.try_rules": AREA_OFFICERS | {"chapter_officer", "steward"},
    "rules.edit_rules": STEWARD,
    "rules.edit_parameters": STEWARD,
    # access
    "access.view_rights": EVERY_ROLE,
    "access.view_accounts": frozenset({"steward", "auditor"}),
    "access.open_account": STEWARD,
    "access.close_account": STEWARD,
    "access.help_account": STEWARD,
    "access.give_grant": STEWARD,
    "access.end_grant": STEWARD,
    "access.revoke_token": STEWARD,
    "access.make_token": frozenset({"steward", "district_officer", "auditor", "partner"}),
    # registry
    "registry.view_organisations": AREA_OFFICERS | {"chapter_officer"},
    "registry.change_organisation": AREA_OFFICERS,
    "registry.place_organisation": AREA_OFFICERS,
    "registry.export_organisations": AREA_OFFICERS | {"chapter_officer"},
    "registry.view_bodies": AREA_OFFICERS | {"chapter_officer", "representative"},
    "registry.change_body": AREA_OFFICERS,
    "registry.view_people": AREA_OFFICERS | {"chapter_officer", "protection_officer"},
    "registry.change_person": AREA_OFFICERS | {"chapter_officer"},
    "registry.erase_person": frozenset({"protection_officer"}),
    "registry.answer_transfer": AREA_OFFICERS | {"chapter_officer"},
    "registry.decide_duplicates": AREA_OFFICERS,
    # registry: purposes, and the rights of persons
    "registry.view_purposes": AREA_OFFICERS | {"chapter_officer", "steward", "auditor", "protection_officer"},
    "registry.edit_purposes": frozenset({"steward", "protection_officer"}),
    "registry.note_consent": AREA_OFFICERS | {"chapter_officer", "protection_officer"},
    "registry.open_contact": AREA_OFFICERS | {"chapter_officer"},
    "registry.view_sensitive": AREA_OFFICERS,
    "registry.hold_person": frozenset({"protection_officer"}),
    "registry.note_request": AREA_OFFICERS | {"chapter_officer", "protection_officer"},
    "registry.answer_requests": frozenset({"protection_officer"}),
    "registry.change_agreement": AREA_OFFICERS,
    # places
    "places.view_areas": EVERY_ROLE,
    "places.change_areas": STEWARD,
    "places.import_shapes": STEWARD,
    "places.view_sites": EVERY_ROLE,
    "places.change_sites": AREA_OFFICERS | STEWARD,
    "places.view_calendar": EVERY_ROLE,
    "places.import_calendar": STEWARD,
    # figures
    "figures.view_cells": AREA_OFFICERS | {"steward", "auditor"},
    "figures.view_snapshots": frozenset({"steward", "auditor"}),
    "figures.take_snapshot": STEWARD,
    # boards
    "boards.view_body": AREA_OFFICERS | {"chapter_officer", "representative"},
    # reach: duties
    "reach.view_duties": AREA_OFFICERS | {"chapter_officer"},
    "reach.view_obligations": EVERY_ROLE,
    "reach.switch_obligation": STEWARD,
    # reach: visits, blind spots
    "reach.view_visits": AREA_OFFICERS,
    "reach.plan_visits": AREA_OFFICERS,
    "reach.record_visits": AREA_OFFICERS,
    "reach.view_blind_spots": AREA_OFFICERS,
    # reach: counts
    "reach.view_counts": AREA_OFFICERS,
    "reach.change_counts": frozenset({"district_officer"}),
    "reach.export_counts": AREA_OFFICERS,
    "reach.name_liaison": AREA_OFFICERS,
    "reach.load_register": AREA_OFFICERS,
    "reach.view_proposals": AREA_OFFICERS,
    "reach.decide_proposal": AREA_OFFICERS,
    # reach: groups
    "reach.view_groups": AREA_OFFICERS,
    "reach.load_groups": AREA_OFFICERS,
    # reach: foundings
    "reach.view_foundings": AREA_OFFICERS | {"chapter_officer"},
    "reach.handle_founding": AREA_OFFICERS | {"chapter_officer"},
    "reach.decide_founding": AREA_OFFICERS | {"chapter_officer"},
    # reach: joining
    "reach.view_applications": AREA_OFFICERS | {"chapter_officer"},
    "reach.answer_applications": AREA_OFFICERS | {"chapter_officer"},
    # reach: network
    "reach.view_network": AREA_OFFICERS,
    "reach.change_network": AREA_OFFICERS,
    "reach.set_pattern": STEWARD,
    # reach: records
    "reach.view_body": AREA_OFFICERS | {"chapter_officer", "representative"},
    "reach.view_area": AREA_OFFICERS,
    # reach: renewals
    "reach.view_renewals": AREA_OFFICERS | {"chapter_officer", "representative"},
    "reach.lead_renewal": AREA_OFFICERS | {"chapter_officer"},
    # matters: the core. Who holds a name in a matter of C3 or C4 reads it; no act of this table does.
    "matters.view_matters": AREA_OFFICERS | {"chapter_officer", "counsellor"},
    "matters.handle_matters": AREA_OFFICERS | {"chapter_officer"},
    "matters.take_in": AREA_OFFICERS | {"chapter_officer", "counsellor"},
    "matters.lead_matters": frozenset({"district_officer", "subdistrict_officer", "chapter_officer"}),
    "matters.name_handlers": frozenset({"district_officer", "subdistrict_officer"}),
    "matters.edit_kinds": STEWARD,
    # matters: inspections
    "matters.view_inspections": AREA_OFFICERS | {"chapter_officer", "inspector"},
    "matters.plan_rounds": AREA_OFFICERS,
    "matters.record_inspections": AREA_OFFICERS | {"inspector"},
    "matters.handle_findings": AREA_OFFICERS | {"chapter_officer", "inspector"},
    # matters: own problems, reviews
    "matters.view_problems": AREA_OFFICERS | {"chapter_officer", "representative"},
    "matters.mend_problems": AREA_OFFICERS | {"chapter_officer"},
    "matters.view_reviews": AREA_OFFICERS | {"chapter_officer"},
    "matters.hold_reviews": AREA_OFFICERS,
    # matters: elections
    "matters.view_elections": AREA_OFFICERS | {"chapter_officer", "representative"},
    "matters.run_election": AREA_OFFICERS | {"chapter_officer"},
    "matters.count_ballots": AREA_OFFICERS | {"chapter_officer", "representative"},
    # matters: representatives
    "matters.view_representatives": AREA_OFFICERS | {"chapter_officer", "representative"},
    "matters.lead_representatives": AREA_OFFICERS | {"chapter_officer"},
    "matters.represent": frozenset({"representative"}),
    "matters.answer_referrals": AREA_OFFICERS | {"chapter_officer", "partner"},
    # matters: themes, knowledge base, duties
    "matters.view_themes": AREA_OFFICERS,
    "matters.change_themes": AREA_OFFICERS,
    "matters.close_themes": frozenset({"district_officer", "subdistrict_officer"}),
    "matters.view_articles": AREA_OFFICERS | {"chapter_officer", "counsellor"},
    "matters.write_articles": AREA_OFFICERS | {"chapter_officer"},
    "matters.approve_articles": frozenset({"district_officer", "subdistrict_officer"}),
    "matters.view_duties": AREA_OFFICERS | {"chapter_officer", "steward"},
    "matters.edit_duties": STEWARD,
}
