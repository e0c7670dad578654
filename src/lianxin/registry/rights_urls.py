"""Purposes, consent, contacts, guardians, agreements and the rights of persons."""

from django.urls import path

from .views import purposes

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
]
