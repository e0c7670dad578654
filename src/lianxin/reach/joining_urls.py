from django.urls import path

from .views import joining

app_name = "joining"
urlpatterns = [
    path("", joining.start, name="start"),
    path("p/<str:secret>/", joining.progress, name="progress"),
    path("p/<str:secret>/withdraw/", joining.withdraw, name="withdraw"),
    path("<str:code>/", joining.join, name="join"),
]
