"""What the audit trail says happened."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    # duties
    "reach.obligation.added": _("added an obligation"),
    "reach.obligation.saved": _("saved a new version of an obligation"),
    "reach.duties.reckoned": _("worked out the obligations"),
    # visits
    "reach.visits.planned": _("put visits on a list"),
    "reach.visit.moved": _("moved a visit to another day or officer"),
    "reach.visit.cancelled": _("took a visit off the list"),
    "reach.visit.put_first": _("put a visit first on the list"),
    "reach.visit.recorded": _("recorded a visit"),
    "reach.difference.chosen": _("chose between two counts"),
    # counts
    "reach.count.opened": _("opened a full count"),
    "reach.count.changed": _("changed a full count"),
    "reach.count.closed": _("closed a full count"),
    "reach.liaison.named": _("noted that an organisation named a liaison"),
    "reach.liaison.ended": _("noted that an organisation has no liaison any more"),
    "reach.register.added": _("added a register"),
    "reach.register.loaded": _("read a list into a register"),
    "reach.register.took_import": _("took the rows of an import for a register"),
    "reach.register.connected": _("connected entries of registers with organisations entered since"),
    "reach.proposals.looked_for": _("looked for bodies that small organisations could share"),
    "reach.proposal.started": _("started a founding from a proposal"),
    "reach.proposal.founded": _("founded or enlarged a body as proposed"),
    "reach.proposal.dismissed": _("dismissed a proposal of a shared body"),
    # groups
    "reach.people_group.added": _("added a group of people without an employer"),
    "reach.group.taken_in": _("noted which group a body takes in"),
    "reach.groups.loaded": _("imported estimates of groups"),
    # foundings
    "reach.founding.started": _("started a founding"),
    "reach.founding.changed": _("changed a founding"),
    "reach.founding.prepared": _("noted that the preparation group is formed"),
    "reach.founding.submitted": _("asked the body above to approve the founding"),
    "reach.founding.approved": _("approved the founding"),
    "reach.founding.sent_back": _("sent the founding back with a reason"),
    "reach.founding.elected": _("entered the election of the body being founded"),
    "reach.founding.registered": _("registered the body that was founded"),
    "reach.founding.stopped": _("gave the founding up and deleted what was known of the founders"),
    "reach.handler.named": _("named a handler of the founding"),
    "reach.handler.released": _("released a handler of the founding"),
    "reach.party.added": _("added an organisation to the founding"),
    "reach.party.dropped": _("took an organisation out of the founding"),
    "reach.founder.added": _("entered a founder who agreed"),
    "reach.founder.dropped": _("deleted a founder"),
    "reach.founders.read": _("read who the founders are"),
    # joining
    "reach.joincode.made": _("made a code to join with"),
    "reach.joincode.revoked": _("stopped a code to join with"),
    "reach.application.sent": _("applied to join"),
    "reach.application.taken_in": _("entered an applicant"),
    "reach.application.refused": _("refused an applicant with a reason"),
    "reach.application.withdrawn": _("took an application back"),
    "reach.applications.read": _("read who applied to a founding"),
    # network
    "reach.group.added": _("entered an informal group"),
    "reach.group.ended": _("ended an informal group"),
    "reach.pattern.set": _("set the pattern of a network"),
    # renewals
    "reach.renewal.noticed": _("sent the notice of the renewal"),
    "reach.renewal.prepared": _("noted that a group prepares the renewal"),
    "reach.renewal.nominated": _("made the candidates known"),
    "reach.renewal.called": _("called the meeting of the renewal"),
    "reach.renewal.done": _("entered the result of the renewal"),
    "reach.renewal.stopped": _("stopped the renewal"),
    "reach.candidate.named": _("named a candidate"),
    "reach.candidate.withdrawn": _("took a candidate off the list"),
}
JOBS: dict[str, str | Promise] = {
    "reach.keep_duties_fresh": _("Check whether obligations are up to date"),
    "reach.look_for_proposals": _("Look for bodies that small organisations could share"),
    "reach.reckon_duties": _("Work out the obligations"),
}
