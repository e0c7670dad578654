from django.urls import path

from . import views

app_name = "trail"
urlpatterns = [
    path("health/", views.health, name="health"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job>/retry/", views.retry, name="retry"),
    path("jobs/<int:job>/cancel/", views.cancel, name="cancel"),
    path("audit/", views.entries, name="entries"),
    path("audit/<str:subject_kind>/<int:subject_id>/", views.history, name="history"),
]
