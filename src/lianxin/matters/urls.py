"""Addresses of matters for those who work on them; the public ways in have lists of their own."""

from django.urls import URLPattern, path

from . import text_urls
from .views import desk, elections, entry, kind_editor, problems, record_acts, referrals

app_name = "matters"
urlpatterns: list[URLPattern] = [
    *text_urls.urlpatterns,
    # desk: list, record, entry
    path("", desk.matters, name="matters"),
    path("enter/", entry.enter, name="enter"),
    path("kinds/", kind_editor.kinds, name="kinds"),
    path("kinds/new/", kind_editor.new_kind, name="new_kind"),
    path("kinds/<slug:code>/", kind_editor.kind, name="kind"),
    path("kinds/<slug:code>/offer/", kind_editor.offer, name="offer_kind"),
    path("<int:pk>/", desk.matter, name="matter"),
    path("<int:pk>/words/", desk.open_words, name="open_words"),
    path("<int:pk>/contact/", desk.open_contact, name="open_contact"),
    path("<int:pk>/photos/<uuid:photo>/", desk.photo, name="photo"),
    path("<int:pk>/steps/<str:code>/", record_acts.take_step, name="take_step"),
    path("<int:pk>/note/", record_acts.note, name="note"),
    path("<int:pk>/clocks/<str:clock>/extend/", record_acts.extend, name="extend"),
    path("<int:pk>/handlers/", record_acts.name_handler, name="name_handler"),
    path("<int:pk>/handlers/<int:handler>/release/", record_acts.release_handler, name="release_handler"),
    path("<int:pk>/merge/", record_acts.merge, name="merge"),
    path("<int:pk>/split/", record_acts.split, name="split"),
    path("<int:pk>/level/", record_acts.set_level, name="set_level"),
    path("<int:pk>/calls/", record_acts.call_back, name="call_back"),
    path("<int:pk>/emergency/", record_acts.break_glass, name="break_glass"),
    # elections
    path("elections/", elections.elections, name="elections"),
    path("elections/new/", elections.call_election, name="call_election"),
    path("elections/rating/", elections.call_rating, name="call_rating"),
    path("elections/recall/<int:post>/", elections.call_recall, name="call_recall"),
    path("elections/<int:pk>/", elections.election, name="election"),
    path("elections/<int:pk>/roll/", elections.fill_roll, name="fill_roll"),
    path("elections/<int:pk>/roll/names/", elections.add_names, name="add_names"),
    path("elections/<int:pk>/roll/count/", elections.count_roll, name="count_roll"),
    path("elections/<int:pk>/roll/settle/", elections.settle_roll, name="settle_roll"),
    path("elections/<int:pk>/roll/<int:elector>/strike/", elections.strike, name="strike_elector"),
    path("elections/<int:pk>/candidates/", elections.nominate, name="nominate"),
    path("elections/<int:pk>/candidates/settle/", elections.settle_candidates, name="settle_candidates"),
    path("elections/<int:pk>/candidates/<int:nominee>/", elections.withdraw, name="withdraw_nominee"),
    path("elections/<int:pk>/key/", elections.hold_key, name="hold_key"),
    path("elections/<int:pk>/open/", elections.open_voting, name="open_voting"),
    path("elections/<int:pk>/codes/", elections.make_codes, name="make_codes"),
    path("elections/<int:pk>/ballots/", elections.give_ballots, name="give_ballots"),
    path("elections/<int:pk>/close/", elections.close_voting, name="close_voting"),
    path("elections/<int:pk>/boxes/<int:box>/", elections.count_box, name="count_box"),
    path("elections/<int:pk>/count/", elections.count_votes, name="count_votes"),
    path("elections/<int:pk>/declare/", elections.declare, name="declare_election"),
    path("elections/<int:pk>/again/", elections.vote_again, name="vote_again"),
    path("elections/<int:pk>/stop/", elections.stop, name="stop_election"),
    # own problems
    path("problems/", problems.rectifications, name="rectifications"),
    path("problems/new/", problems.list_problem, name="list_problem"),
    path("problems/<int:pk>/", problems.rectification, name="rectification"),
    path("problems/<int:pk>/plan/", problems.plan, name="plan_problem"),
    path("problems/<int:pk>/start/", problems.start, name="start_problem"),
    path("problems/<int:pk>/evidence/", problems.hand_in, name="hand_in_problem"),
    path("problems/<int:pk>/check/", problems.check, name="check_problem"),
    path("problems/<int:pk>/back/", problems.send_back, name="send_back_problem"),
    path("problems/<int:pk>/again/", problems.look_again, name="look_again_problem"),
    # referrals
    path("<int:pk>/refer/", referrals.refer, name="refer"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/<int:pk>/", referrals.referral, name="referral"),
    path("referrals/<int:pk>/consent/<str:said>/", referrals.consented, name="consented"),
]
