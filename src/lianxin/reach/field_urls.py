"""The surface for a phone."""

from django.urls import path

from .views import field

app_name = "field"
urlpatterns = [
    path("", field.today_page, name="today"),
    path("visits/", field.visits, name="visits"),
    path("visits/<int:pk>/", field.record_stop, name="record"),
    path("organisations/<int:pk>/", field.record_unplanned, name="record_unplanned"),
    path("add/", field.add, name="add"),
    path("records/", field.records, name="records"),
    path("records/choose/", field.choose, name="choose"),
    path("me/", field.me, name="me"),
    path("send/", field.send, name="send"),
    path("worker.js", field.worker, name="worker"),
]
