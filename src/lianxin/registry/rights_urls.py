"""Purposes, consent, contacts, guardians, agreements and the rights of persons."""

from django.urls import path

from .views import agreements, body_change, privacy, purposes, requests

urlpatterns = [
    path("notices/", purposes.notices, name="notices"),
    path("notices/<slug:code>/", purposes.notice, name="notice"),
    path("purposes/", purposes.purposes, name="purposes"),
    path("purposes/new/", purposes.new_purpose, name="new_purpose"),
    path("purposes/shipped/", purposes.take_shipped, name="take_shipped_purposes"),
    path("purposes/<slug:code>/", purposes.purpose, name="purpose"),
    path("purposes/<slug:code>/edit/", purposes.edit_purpose, name="edit_purpose"),
    path("purposes/<slug:code>/words/", purposes.word_purpose, name="word_purpose"),
    path("purposes/<slug:code>/end/", purposes.end_purpose, name="end_purpose"),
    path("people/<int:pk>/edit/", privacy.edit_person, name="edit_person"),
    path("people/<int:pk>/consent/<slug:code>/", privacy.answer, name="answer_consent"),
    path("people/<int:pk>/consent/<slug:code>/withdraw/", privacy.withdraw, name="withdraw_consent"),
    path("people/<int:pk>/state/<slug:attribute>/", privacy.state, name="state"),
    path("people/<int:pk>/statements/<int:statement>/open/", privacy.open_statement, name="open_statement"),
    path("people/<int:pk>/statements/<int:statement>/remove/", privacy.remove_statement, name="remove_statement"),
    path("people/<int:pk>/contacts/new/", privacy.new_contact, name="new_contact"),
    path("people/<int:pk>/contacts/<uuid:contact>/open/", privacy.open_contact, name="open_contact"),
    path("people/<int:pk>/contacts/<uuid:contact>/remove/", privacy.remove_contact, name="remove_contact"),
    path("people/<int:pk>/guardians/new/", privacy.new_guardian, name="new_guardian"),
    path("people/<int:pk>/guardians/<int:guardian>/end/", privacy.drop_guardian, name="end_guardian"),
    path("people/<int:pk>/hold/", privacy.hold, name="hold"),
    path("people/<int:pk>/release/", privacy.release, name="release"),
    path("people/<int:pk>/requests/new/", requests.note_request, name="note_request"),
    path("organisations/<int:pk>/agreements/new/", agreements.new_agreement, name="new_agreement"),
    path("organisations/<int:pk>/agreements/<int:agreement>/end/", agreements.end, name="end_agreement"),
    path("bodies/<int:pk>/edit/", body_change.edit_body, name="edit_body"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", requests.one_request, name="request"),
    path("requests/<int:pk>/done/", requests.finish, name="finish_request"),
    path("requests/<int:pk>/refuse/", requests.refuse, name="refuse_request"),
]
