"""The addresses of this room."""

from django.urls import path, register_converter
from django.views.generic import TemplateView

from reports.views import plan, target
from reports.views.converters import PeriodConverter

register_converter(PeriodConverter, "period")

app_name = "reports"
urlpatterns = [
    path("plan/<str:plan>/", plan.overview, name="overview"),
    path("plan/<str:plan>/targets/<str:code>/", target.target, name="target"),
    path("plan/<str:plan>/targets/<str:code>/how/<period:period>/", target.how, name="how"),
    path("plan/<str:plan>/targets/<str:code>/how/<period:period>/<str:unit>/", target.how_unit, name="how_unit"),
    path("plan/<str:plan>/bulletins/", TemplateView.as_view(template_name="base/no_post.html"), name="bulletins"),
]
