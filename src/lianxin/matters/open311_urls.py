"""The Open311 GeoReport v2 addresses; each ends in .json or .xml."""

from django.urls import path, register_converter

from .views import open311


class Form:
    """json or xml."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Form, "georeport")
app_name = "open311"
urlpatterns = [
    path("services.<georeport:form>", open311.services, name="services"),
    path("services/<str:code>.<georeport:form>", open311.service, name="service"),
    path("requests.<georeport:form>", open311.requests, name="requests"),
    path("requests/<str:number>.<georeport:form>", open311.one_request, name="request"),
    path("tokens/<str:token>.<georeport:form>", open311.token, name="token"),
]
