"""What the audit trail says happened to matters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    # core
    "matters.matter.opened": _("took a matter in"),
    "matters.step.taken": _("took a step in a matter"),
    "matters.clock.extended": _("extended a clock"),
    "matters.clock.reminded": _("reminded of a clock that runs out"),
    "matters.clock.run_out": _("reported a clock that ran out"),
    "matters.matter.noted": _("noted something about a matter"),
    "matters.matter.said": _("said something about the own matter"),
    "matters.matter.merged": _("joined a matter with another"),
    "matters.matter.drawn": _("drew a matter for a second look"),
    "matters.words.read": _("read the words of a shut matter"),
    "matters.notes.read": _("read the notes of a shut matter"),
    "matters.photo.read": _("looked at a picture of a shut matter"),
    "matters.requester.read": _("read who asks, and the contact"),
    "matters.handler.named": _("named a handler of a matter"),
    "matters.handler.released": _("released a handler of a matter"),
    "matters.glass.broken": _("opened a shut matter in an emergency"),
    "matters.level.set": _("changed how far a matter is shut"),
    "matters.call_back.noted": _("noted a call-back"),
    "matters.kind.saved": _("saved a version of a kind of matter"),
    "matters.kind.offered": _("let new matters of a kind be opened, or no more"),
    # elections
    "matters.election.called": _("called an election"),
    "matters.roll.filled": _("put people on the roll of an election"),
    "matters.roll.counted": _("entered how many may vote, without names"),
    "matters.elector.struck": _("took somebody off the roll"),
    "matters.roll.settled": _("settled the roll"),
    "matters.nominee.named": _("noted that somebody stands"),
    "matters.nominee.withdrawn": _("noted that somebody does not stand after all"),
    "matters.candidates.settled": _("made the candidates of an election known"),
    "matters.key.held": _("took a key of the ballot box"),
    "matters.codes.made": _("made codes to vote with"),
    "matters.voting.opened": _("opened the vote"),
    "matters.ballots.given": _("noted who was handed a ballot"),
    "matters.voting.closed": _("closed the vote"),
    "matters.box.counted": _("counted a ballot box"),
    "matters.votes.counted": _("opened the ballot box and counted"),
    "matters.result.written": _("wrote the protocol of the result"),
    "matters.election.declared": _("declared the result of an election"),
    "matters.election.stopped": _("stopped an election"),
    "matters.roll.forgotten": _("deleted names and codes of an election that is over"),
    # referrals
    "matters.referral.offered": _("proposed to give a matter on"),
    "matters.referral.read": _("read what was passed on"),
    # ways in
    "matters.hotline.imported": _("brought in the export of a hotline"),
    # text
    "matters.duty.changed": _("changed the list of duties"),
    "matters.need.decided": _("said what a matter is about"),
    "matters.text.trained": _("learned from closed matters"),
    # themes
    "matters.theme.closed": _("closed a theme with an answer to all"),
    "matters.theme.joint": _("opened the joint matter of a theme"),
    "matters.theme.merged": _("put a theme into another"),
    "matters.theme.named": _("named a theme"),
    "matters.theme.split": _("split a theme"),
    # knowledge
    "matters.article.approved": _("approved an article of the knowledge base"),
    "matters.article.drafted": _("wrote a draft for the knowledge base"),
    "matters.article.reviewed": _("confirmed that an article still holds"),
    "matters.article.withdrawn": _("took an article out of the knowledge base"),
    # inspections
    "matters.inspection.recorded": _("entered an inspection"),
    "matters.list.saved": _("saved a version of a check list"),
    "matters.round.closed": _("closed a round of inspections"),
    "matters.round.dropped": _("gave up a round of inspections"),
    "matters.round.opened": _("started a round of inspections"),
    "matters.round.planned": _("planned a round of inspections"),
    # own problems, reviews
    "matters.problem.listed": _("put a problem on a body's list"),
    "matters.problem.published": _("published what was mended"),
    "matters.review.decided": _("entered a decision of a review"),
    "matters.review.held": _("kept the record of a review"),
}
JOBS: dict[str, str | Promise] = {
    "matters.expire_referrals": _("End referrals whose last day is over"),
    "matters.answer_theme": _("Answer everyone of a closed theme"),
    "matters.forget_rolls": _("Delete rolls and codes of elections long over"),
    "matters.join_themes": _("Put new matters into themes"),
    "matters.propose": _("Propose what a new matter is about"),
    "matters.retrain": _("Learn from closed matters"),
    "matters.ring_clocks": _("Remind of clocks, and escalate"),
    "matters.read_mail": _("Take in what came by mail"),
    "matters.send_receipt": _("Send a receipt by mail"),
    "matters.forget_addresses": _("Forget how often who sent something"),
}
