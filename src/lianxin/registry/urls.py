from django.urls import include, path

app_name = "registry"
urlpatterns = [
    path("imports/", include("lianxin.registry.imports.urls")),
]
