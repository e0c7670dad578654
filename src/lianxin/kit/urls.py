from django.urls import include, path

from . import views

kit = (
    [path("language/", views.language, name="language"), path("type-size/", views.type_size, name="type_size")],
    "kit",
)
urlpatterns = [
    path("dev/components/", views.gallery, name="gallery"),
    path("kit/", include(kit)),
]
