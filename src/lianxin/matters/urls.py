"""Addresses of matters for those who work on them; the public ways in have lists of their own."""

from django.urls import URLPattern, path

from .views import desk, entry, record_acts

app_name = "matters"
urlpatterns: list[URLPattern] = [
    # desk: list, record, entry
    path("", desk.matters, name="matters"),
    path("enter/", entry.enter, name="enter"),
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
]
