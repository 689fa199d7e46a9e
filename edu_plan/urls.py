"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from edu_plan import views

admin.site.login = views.admin_door
admin.site.password_change = views.admin_password

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("schools.urls")),
    path("", include("submissions.urls")),
    path("", include("reports.urls")),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("messages/", views.messages, name="messages"),
    path("messages/read/", views.read_all_messages, name="read_messages"),
    path("messages/<int:message>/read/", views.read_message, name="read_message"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
]
