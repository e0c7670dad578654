from django.urls import path

from . import views

app_name = "boards"
urlpatterns = [
    path("coverage/", views.coverage, name="coverage"),
    path("boards/bodies/", views.bodies, name="bodies"),
    path("boards/bodies/<int:pk>/", views.body, name="body"),
]
