"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from edu_plan import job_views, log_views, views

admin.site.login = views.admin_door
admin.site.password_change = views.admin_password
handler500 = views.broken

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.alive, name="healthz"),
    path("readyz", views.ready, name="readyz"),
    path("", include("schools.urls")),
    path("", include("submissions.urls")),
    path("", include("reports.urls")),
    path("search/", views.search, name="search"),
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/<int:pk>/", job_views.job, name="job"),
    path("jobs/<int:pk>/retry/", job_views.retry, name="retry_job"),
    path("messages/", views.messages, name="messages"),
    path("messages/read/", views.read_all_messages, name="read_messages"),
    path("messages/<int:message>/read/", views.read_message, name="read_message"),
    path("audit/", log_views.log, name="audit"),
    path("audit/log.csv", log_views.log_file, name="audit_file"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
]
