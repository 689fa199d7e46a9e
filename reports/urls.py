"""The addresses of this room."""

from django.urls import path, register_converter

from reports.views import (
    assessment,
    bulletins,
    city,
    contesting,
    editing,
    editions,
    occurrences,
    papers,
    plan,
    progress,
    rectification,
    scheme,
    school,
    target,
)
from reports.views.converters import PeriodConverter

register_converter(PeriodConverter, "period")

YEAR = "plan/<str:plan>/assessment/<int:year>/"
EDITION = "plan/<str:plan>/bulletins/<period:period>/editions/<int:edition>/"

app_name = "reports"
urlpatterns = [
    path("city/<str:plan>/", city.city, name="city"),
    path("plan/<str:plan>/", plan.overview, name="overview"),
    path("plan/<str:plan>/wall/", plan.wall, name="wall"),
    path("plan/<str:plan>/compare/", plan.compare, name="compare"),
    path("plan/<str:plan>/clauses/", plan.clauses, name="clauses"),
    path("plan/<str:plan>/targets/<str:code>/", target.target, name="target"),
    path("plan/<str:plan>/targets/<str:code>/how/<period:period>/", target.how, name="how"),
    path("plan/<str:plan>/targets/<str:code>/how/<period:period>/<str:unit>/", target.how_unit, name="how_unit"),
    path("plan/<str:plan>/schools/", school.schools, name="schools"),
    path("plan/<str:plan>/schools/<str:unit>/", school.health, name="health"),
    path("plan/<str:plan>/bulletins/", bulletins.bulletins, name="bulletins"),
    path("plan/<str:plan>/bulletins/<period:period>/", bulletins.bulletin, name="bulletin"),
    path("plan/<str:plan>/bulletins/<period:period>/slides/", bulletins.slides, name="slides"),
    path("plan/<str:plan>/bulletins/<period:period>/generate/", bulletins.generate, name="generate"),
    path("plan/<str:plan>/bulletins/<period:period>/publish/", bulletins.publish, name="publish"),
    path("plan/<str:plan>/bulletins/<period:period>/edit/", editing.edit, name="edit"),
    path("plan/<str:plan>/bulletins/<period:period>/head/", editing.head, name="head"),
    path("plan/<str:plan>/bulletins/<period:period>/send/", editing.send, name="send"),
    path("plan/<str:plan>/bulletins/<period:period>/withdraw/", editing.withdraw, name="withdraw"),
    path("plan/<str:plan>/bulletins/<period:period>/send-back/", editing.send_back, name="send_back"),
    path(f"{EDITION}files/", editions.make_files, name="edition_files"),
    path(f"{EDITION}files/<str:kind>/", editions.file, name="edition_file"),
    path("plan/<str:plan>/audit-pack/<period:period>/", bulletins.pack, name="pack"),
    path("plan/<str:plan>/progress/<period:period>/", progress.board, name="board"),
    path("plan/<str:plan>/progress/<period:period>/<str:section>/", progress.sheet, name="progress"),
    path("plan/<str:plan>/rectifications/<str:code>/", rectification.rectify, name="rectify"),
    path("plan/<str:plan>/rectifications/files/<int:item>/<str:name>", rectification.file, name="rectification_file"),
    path(f"{YEAR}files/", papers.make, name="assessment_files"),
    path(f"{YEAR}files/<str:kind>/", papers.paper, name="assessment_file"),
    path(f"{YEAR}files/sheet/<str:place>/<str:subject>/", papers.sheet, name="sheet_file"),
    path("plan/<str:plan>/assessment/", assessment.assessments, name="assessments"),
    path(YEAR, assessment.overview, name="assessment"),
    path(f"{YEAR}assess/", assessment.assess, name="assess"),
    path(f"{YEAR}show/", assessment.show, name="show_assessment"),
    path(f"{YEAR}retract/", assessment.retract, name="retract_assessment"),
    path(f"{YEAR}publish/", assessment.publish, name="publish_assessment"),
    path(f"{YEAR}schemes/<str:category>/", scheme.scheme, name="scheme"),
    path(f"{YEAR}occurrences/", occurrences.occurrences, name="occurrences"),
    path(f"{YEAR}occurrences/<int:occurrence>/confirm/", occurrences.confirm, name="confirm_occurrence"),
    path(f"{YEAR}occurrences/<int:occurrence>/lift/", occurrences.lift, name="lift_occurrence"),
    path(f"{YEAR}occurrences/<int:occurrence>/file/", occurrences.file, name="occurrence_file"),
    path(f"{YEAR}objections/", contesting.objections, name="objections"),
    path(f"{YEAR}objections/<int:objection>/", contesting.objection, name="objection"),
    path(f"{YEAR}objections/<int:objection>/file/", contesting.file, name="objection_file"),
    path(f"{YEAR}object/<str:unit>/", contesting.object_to, name="object"),
    path(f"{YEAR}schools/<str:unit>/", contesting.sheet, name="sheet"),
    path(f"{YEAR}sections/<str:section>/", contesting.sheet, name="section_sheet"),
]
