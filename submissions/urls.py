"""The addresses of this room."""

from django.urls import path

from submissions.views import (
    corrections,
    desk,
    evidence,
    extensions,
    fill,
    grid,
    handover,
    matrix,
    papers,
    reminding,
    review,
    schedule,
    workbooks,
)

app_name = "submissions"
FORM = "fill/<str:unit>/<str:quarter>/"
GRID = "desk/<str:quarter>/grid/<str:section>/"
urlpatterns = [
    path("fill/", fill.home, name="home"),
    path(FORM, fill.form, name="form"),
    path(f"{FORM}submit/", fill.submit, name="submit"),
    path(f"{FORM}sign-off/", papers.sign_off, name="sign_off"),
    path(f"{FORM}unchanged/", fill.confirm_unchanged, name="confirm_unchanged"),
    path(f"{FORM}zero/", fill.report_zero, name="report_zero"),
    path(f"{FORM}entry/<str:element>/", fill.entry, name="entry"),
    path(f"{FORM}entry/<str:element>/rate/", fill.rate, name="rate"),
    path(f"{FORM}entry/<str:element>/history/", fill.history, name="history"),
    path(f"{FORM}workbook.xlsx", workbooks.form_file, name="form_file"),
    path("check-code/", papers.check_code, name="check_code"),
    path(f"{FORM}corrections/", corrections.of_school, name="corrections"),
    path("people/handover/<int:post>/", handover.handover, name="handover"),
    path("evidence/<str:unit>/<str:quarter>/<str:element>/", evidence.place, name="evidence"),
    path("evidence/<int:evidence>/<str:name>", evidence.file, name="evidence_file"),
    path(f"{FORM}workbook/", workbooks.form_upload, name="form_upload"),
    path("desk/", desk.home, name="desk"),
    path("desk/calendar/", schedule.calendar, name="calendar"),
    path("desk/calendar/<int:adoption>/rule/", schedule.rule, name="calendar_rule"),
    path("desk/calendar/<int:adoption>/<str:quarter>/", schedule.quarter_dates, name="quarter_dates"),
    path("desk/calendar/<int:adoption>/<str:quarter>/by-rule/", schedule.follow_rule, name="follow_rule"),
    path("desk/<str:quarter>/remind/", reminding.urge_schools, name="urge"),
    path("desk/<str:quarter>/approve/", review.approve_schools, name="approve"),
    path("desk/<str:quarter>/review/<str:unit>/", review.review, name="review"),
    path("desk/<str:quarter>/history/<str:unit>/<str:element>/", review.history, name="desk_history"),
    path("desk/matrix/", matrix.matrix, name="matrix"),
    path("desk/corrections/", corrections.decide, name="desk_corrections"),
    path("corrections/<int:correction>/drop/", corrections.drop, name="drop_correction"),
    path("desk/<str:quarter>/extensions/", extensions.extensions, name="extensions"),
    path("desk/<str:quarter>/extensions/<str:unit>/end/", extensions.end, name="end_extension"),
    path(f"{GRID}corrections/", corrections.of_section, name="grid_corrections"),
    path(GRID, grid.grid, name="grid"),
    path(f"{GRID}workbook.xlsx", workbooks.grid_file, name="grid_file"),
    path(f"{GRID}workbook/", workbooks.grid_upload, name="grid_upload"),
    path("workbooks/<int:upload>/", workbooks.upload, name="upload"),
    path("workbooks/<int:upload>/confirm/", workbooks.confirm, name="upload_confirm"),
    path("workbooks/<int:upload>/discard/", workbooks.discard, name="upload_discard"),
    path("workbooks/<int:upload>/report/", workbooks.report, name="upload_report"),
]
