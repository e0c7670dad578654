"""The form behind each act that people perform by filling one in; the fields are counted on the form itself.

A test holds this against all forms there are: nine in ten at least are named, here or as entering nothing.
"""

from django import forms

from lianxin.access import forms as access
from lianxin.matters.forms import (
    correcting,
    duties,
    elections,
    entry,
    hotlines,
    inspections,
    kind_editor,
    knowledge,
    problems,
    record,
    referrals,
    reviews,
    themes,
)
from lianxin.matters.forms import representatives as standing
from lianxin.places import forms as places
from lianxin.reach.forms import counts, foundings, joining, network, plans, renewals, visits
from lianxin.registry import change_forms as changes
from lianxin.registry import forms as registry
from lianxin.registry import privacy_forms as privacy
from lianxin.registry import purpose_forms as purposes
from lianxin.registry.imports import forms as imports
from lianxin.rules import forms as rules

FormClass = type[forms.BaseForm]
BEHIND: dict[str, FormClass] = {
    "access.account.opened": access.AccountForm,
    "access.account.closed": access.CloseForm,
    "access.grant.given": access.GrantForm,
    "access.grant.ended": access.EndForm,
    "access.token.made": access.TokenForm,
    "places.area.added": places.AddForm,
    "places.area.closed": places.CloseForm,
    "places.area.merged": places.MergeForm,
    "places.area.moved": places.MoveForm,
    "places.area.renamed": places.RenameForm,
    "places.area.split": places.SplitForm,
    "places.calendar.imported": places.CalendarForm,
    "places.shapes.imported": places.ShapesForm,
    "places.site.added": places.SiteForm,
    "places.site.changed": places.SiteForm,
    "places.site.closed": places.CloseSiteForm,
    "registry.organisation.added": registry.OrganisationForm,
    "registry.organisation.changed": registry.OrganisationForm,
    "registry.organisation.corrected": registry.OrganisationForm,
    "registry.organisation.placed": registry.AreaForm,
    "registry.organisation.merged": registry.MergeForm,
    "registry.person.merged": registry.MergeForm,
    "registry.body.added": registry.BodyForm,
    "registry.body.covered": registry.CoverForm,
    "registry.body.uncovered": registry.DayForm,
    "registry.body.dissolved": registry.DayForm,
    "registry.term.opened": registry.TermForm,
    "registry.post.given": registry.PostForm,
    "registry.post.handed_over": registry.HolderForm,
    "registry.post.ended": registry.DayForm,
    "registry.contract.signed": registry.ContractForm,
    "registry.contract.ended": registry.DayForm,
    "registry.person.added": privacy.PersonForm,
    "registry.person.changed": privacy.PersonForm,
    "registry.person.held": privacy.HoldForm,
    "registry.consent.answered": privacy.ConsentForm,
    "registry.declaration.made": privacy.StatementForm,
    "registry.contact.added": privacy.ContactForm,
    "registry.contact.opened": privacy.OpeningForm,
    "registry.guardian.added": privacy.GuardianForm,
    "registry.membership.applied": registry.JoinForm,
    "registry.membership.registered": registry.DayForm,
    "registry.membership.verified": registry.DayForm,
    "registry.membership.active": registry.DayForm,
    "registry.membership.left": registry.DayForm,
    "registry.transfer.offered": registry.OfferForm,
    "registry.agreement.signed": changes.AgreementForm,
    "registry.body.changed": changes.BodyChangeForm,
    "registry.request.received": privacy.RequestForm,
    "registry.request.refused": privacy.RefusalForm,
    "registry.purpose.added": purposes.PurposeForm,
    "registry.purpose.changed": purposes.FactsForm,
    "registry.purpose.worded": purposes.NoticeForm,
    "registry.import.uploaded": imports.UploadForm,
    "registry.import.mapped": imports.ColumnsForm,
    "rules.rule.added": rules.RuleForm,
    "rules.rule.saved": rules.VersionForm,
    "rules.parameter.set": rules.ValueForm,
    "reach.founding.started": foundings.StartForm,
    "reach.founding.changed": foundings.ChangeForm,
    "reach.founding.prepared": foundings.WhenForm,
    "reach.founding.approved": foundings.AnswerForm,
    "reach.founding.sent_back": foundings.AnswerForm,
    "reach.founding.elected": foundings.ElectionForm,
    "reach.founding.registered": foundings.RegisterForm,
    "reach.founding.stopped": foundings.StopForm,
    "reach.founder.added": foundings.FounderForm,
    "reach.handler.named": foundings.HandlerForm,
    "reach.party.added": foundings.PartyForm,
    "reach.count.opened": counts.CountForm,
    "reach.count.changed": counts.CountForm,
    "reach.register.added": counts.RegisterForm,
    "reach.register.loaded": counts.LoadForm,
    "reach.groups.loaded": counts.EstimatesForm,
    "reach.liaison.named": counts.LiaisonForm,
    "reach.proposal.dismissed": counts.DecideForm,
    "reach.group.added": network.GroupForm,
    "reach.pattern.set": network.PatternForm,
    "reach.joincode.made": joining.CodeForm,
    "reach.application.refused": joining.RefusalForm,
    "reach.visits.planned": plans.PlanForm,
    "reach.visit.moved": plans.MoveForm,
    "reach.visit.recorded": visits.RecordForm,
    "reach.difference.chosen": visits.ChoiceForm,
    "reach.renewal.noticed": renewals.MeetingForm,
    "reach.candidate.named": renewals.CandidateForm,
    "reach.renewal.done": renewals.ResultForm,
    "matters.matter.opened": entry.EntryForm,
    "matters.step.taken": record.StepForm,
    "matters.clock.extended": record.ReasonForm,
    "matters.matter.noted": record.NoteForm,
    "matters.matter.corrected": correcting.CorrectForm,
    "matters.hotline.imported": hotlines.HotlineForm,
    "matters.matter.merged": record.MergeForm,
    "matters.handler.named": record.HandlerForm,
    "matters.level.set": record.LevelForm,
    "matters.call_back.noted": record.CallForm,
    "matters.kind.saved": kind_editor.HeadForm,
    "matters.referral.offered": referrals.ReferForm,
    "matters.duty.changed": duties.DutyForm,
    "matters.theme.named": themes.NameForm,
    "matters.theme.split": themes.SplitForm,
    "matters.theme.merged": themes.MergeForm,
    "matters.theme.joint": themes.JointForm,
    "matters.theme.closed": themes.CloseForm,
    "matters.article.drafted": knowledge.DraftForm,
    "matters.article.approved": knowledge.ApproveForm,
    "matters.article.reviewed": knowledge.ReviewForm,
    "matters.round.planned": inspections.RoundForm,
    "matters.inspection.recorded": inspections.InspectionForm,
    "matters.problem.listed": problems.ListForm,
    "matters.problem.corrected": problems.CorrectForm,
    "matters.problem.withdrawn": problems.WithdrawForm,
    "matters.review.held": reviews.MeetingForm,
    "matters.review.decided": reviews.DecisionForm,
    "matters.election.called": elections.CallForm,
    "matters.roll.filled": elections.NamesForm,
    "matters.roll.counted": elections.RollCountForm,
    "matters.roll.settled": elections.SettleForm,
    "matters.nominee.named": elections.NomineeForm,
    "matters.candidates.settled": elections.CandidatesForm,
    "matters.codes.made": elections.CodesForm,
    "matters.voting.opened": elections.OpenForm,
    "matters.ballots.given": elections.GivenForm,
    "matters.box.counted": elections.BoxForm,
    "matters.votes.counted": elections.PhrasesForm,
    "matters.election.declared": elections.DeclareForm,
    "matters.election.stopped": elections.StopForm,
    "matters.joint_group.formed": standing.GroupForm,
    "matters.mandate.set": standing.MandateForm,
    "matters.representatives.met": standing.MeetingForm,
    "matters.proposal.put_forward": standing.ProposalForm,
}
NO_ENTRY: frozenset[str] = frozenset(
    {
        "boards.CoverageForm",  # what to look at
        "trail.EntryFilterForm",
        "reach.OfficerForm",
        "registry.VoiceForm",  # a part of others
        "registry.SheetForm",  # a step of the import that its own entry counts
        "rules.SourceForm",  # part of others
        "places.DayForm",
        "kit.Sample",  # the gallery
        "reach.JoinForm",  # filled in by whoever joins, not by staff
        "reach.TypedCode",
        "matters.AskForm",  # filled in by whoever asks
        "matters.SayForm",
        "matters.NotSolvedForm",
        "matters.RateForm",
        "matters.CodeForm",  # filled in by whoever votes
        "matters.BallotForm",
        "matters.BodyByName",  # a part of others
        "matters.NamesBodies",
        "matters.TakesPhotos",
        "matters.PublicForm",
        "matters.RatingForm",  # its act is that of a called election
        "matters.RecallForm",
        "matters.SplitForm",  # opens a matter: the act of the entry
        "matters.FindingForm",  # these take a step: the act of the record
        "matters.LeaveOutForm",
        "matters.PlanForm",
        "matters.EvidenceForm",
        "matters.BackForm",
        "matters.LookForm",
        "matters.PassForm",
        "matters.AnswerForm",
        "matters.RowForm",  # these four are parts of the editor of kinds
        "matters.StateForm",
        "matters.StepForm",
        "matters.ClockForm",
    }
)
"""Forms that enter nothing, or are not filled in by staff."""
CARRIED = frozenset({"key", "record", "subject", "planned", "written_at", "seen", "field", "ref", "website", "before"})
"""Fields that the page fills in."""


def fields_of(form: FormClass) -> int:
    """Fields that a person sees and may fill in."""
    fields: dict[str, forms.Field] = form.base_fields  # type: ignore[attr-defined]
    return sum(name not in CARRIED and not field.widget.is_hidden for name, field in fields.items())


def gather_entry() -> None:
    """Tell `kit` how many fields stand behind each act."""
    from lianxin.kit.entry import FIELDS

    FIELDS.update({act: fields_of(form) for act, form in BEHIND.items()})
