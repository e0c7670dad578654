"""Addresses of the public pages of a vote."""

from django.urls import path

from .views import voting

app_name = "vote"
urlpatterns = [
    path("", voting.vote, name="vote"),
    path("results/<uuid:link>/", voting.result, name="result"),
    path("results/<uuid:link>/election.json", voting.ballots, name="ballots"),
]
