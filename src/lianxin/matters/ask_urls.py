"""The public page, without an account."""

from django.urls import path

from .views import ask, knowledge, progress

app_name = "ask"
urlpatterns = [
    path("", ask.ask, name="ask"),
    path("answers/", knowledge.answers, name="answers"),
    path("p/<str:secret>/", progress.progress, name="progress"),
    path("p/<str:secret>/words/", progress.words, name="words"),
    path("p/<str:secret>/say/", progress.say, name="say"),
    path("p/<str:secret>/not-solved/", progress.not_solved, name="not_solved"),
    path("p/<str:secret>/rate/", progress.rate, name="rate"),
    path("p/<str:secret>/referrals/<int:pk>/<str:said>/", progress.referral, name="referral"),
    path("p/<str:secret>/<str:step>/", progress.decide, name="decide"),
]
