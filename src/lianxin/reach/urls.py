from django.urls import URLPattern, URLResolver, path

from .views import applications, duties, foundings, network, renewals, visits

app_name = "reach"
urlpatterns: list[URLPattern | URLResolver] = [
    # duties
    path("duties/", duties.duties, name="duties"),
    path("duties/export.<str:kind>", duties.export, name="export_duties"),
    path("duties/kinds/", duties.obligations, name="obligations"),
    path("duties/kinds/<str:code>/", duties.obligation, name="obligation"),
    path("duties/kinds/<str:code>/switch/", duties.switch, name="switch_obligation"),
    path("duties/of/<slug:target>/<int:ref>/", duties.duties_of, name="duties_of"),
    # foundings
    path("foundings/", foundings.foundings, name="foundings"),
    path("foundings/new/", foundings.start_founding, name="start_founding"),
    path("foundings/<int:pk>/", foundings.founding, name="founding"),
    path("foundings/<int:pk>/change/", foundings.change_founding, name="change_founding"),
    path("foundings/<int:pk>/organisations/", foundings.add_party, name="add_party"),
    path("foundings/<int:pk>/organisations/<int:party>/", foundings.drop_party, name="drop_party"),
    path("foundings/<int:pk>/handlers/", foundings.name_handler, name="name_handler"),
    path("foundings/<int:pk>/handlers/<int:handler>/", foundings.release_handler, name="release_handler"),
    path("foundings/<int:pk>/founders/", foundings.founders, name="founders"),
    path("foundings/<int:pk>/founders/<uuid:founder>/", foundings.drop_founder, name="drop_founder"),
    path("foundings/<int:pk>/applicants/<uuid:application>/", foundings.answer_applicant, name="answer_applicant"),
    path("foundings/<int:pk>/group/", foundings.form_group, name="form_group"),
    path("foundings/<int:pk>/request/", foundings.ask_approval, name="ask_approval"),
    path("foundings/<int:pk>/answer/", foundings.answer_request, name="answer_founding"),
    path("foundings/<int:pk>/election/", foundings.enter_election, name="enter_election"),
    path("foundings/<int:pk>/registration/", foundings.register_founding, name="register_founding"),
    path("foundings/<int:pk>/stop/", foundings.stop_founding, name="stop_founding"),
    path("foundings/<int:pk>/code/", applications.make_founding_code, name="make_founding_code"),
    # joining
    path("joining/", applications.applications, name="applications"),
    path("joining/<uuid:pk>/enter/", applications.take_in, name="take_in"),
    path("joining/<uuid:pk>/refuse/", applications.refuse, name="refuse_application"),
    path("joining/<uuid:pk>/step/", applications.advance, name="advance_application"),
    path("joining/of/<int:body>/code/", applications.make_code, name="make_code"),
    path("joining/codes/<int:pk>/", applications.code_sheet, name="code_sheet"),
    path("joining/codes/<int:pk>/revoke/", applications.revoke_code, name="revoke_code"),
    # network
    path("network/", network.network, name="network"),
    path("network/<str:line>/missing/<str:key>/", network.missing, name="missing"),
    path("network/<str:line>/pattern/", network.set_pattern, name="set_pattern"),
    path("network/vacancies/", network.vacancies, name="vacancies"),
    path("network/groups/", network.informal_groups, name="informal_groups"),
    path("network/groups/new/", network.add_group, name="add_group"),
    path("network/groups/<int:pk>/end/", network.end_group, name="end_group"),
    # renewals
    path("renewals/", renewals.renewals, name="renewals"),
    path("renewals/of/<int:body>/", renewals.start_renewal, name="start_renewal"),
    path("renewals/<int:pk>/", renewals.renewal, name="renewal"),
    path("renewals/<int:pk>/group/", renewals.prepare, name="prepare_renewal"),
    path("renewals/<int:pk>/candidates/", renewals.nominate, name="nominate"),
    path("renewals/<int:pk>/candidates/settle/", renewals.settle_candidates, name="settle_candidates"),
    path("renewals/<int:pk>/candidates/<int:candidate>/", renewals.withdraw_candidate, name="withdraw_candidate"),
    path("renewals/<int:pk>/meeting/", renewals.call_meeting, name="call_meeting"),
    path("renewals/<int:pk>/result/", renewals.enter_result, name="enter_result"),
    path("renewals/<int:pk>/stop/", renewals.stop_renewal, name="stop_renewal"),
    # visits
    path("visits/", visits.visits, name="visits"),
    path("visits/plan/", visits.plan, name="plan_visits"),
    path("visits/print/", visits.print_visits, name="print_visits"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
]
