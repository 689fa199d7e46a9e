"""Signing in and out, whose names belong to no room, as Django's settings use them; and the addresses of this room."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from schools.views import account, people, roster, signing

of_people = [
    path("welcome/<str:token>/", signing.welcome, name="welcome"),
    path("account/", account.home, name="account"),
    path("account/others/end/", account.end_others, name="end_others"),
    path("account/factor/", account.factor, name="factor"),
    path("account/factor/codes/", account.recovery_codes, name="recovery_codes"),
    path("password/", account.password, name="password"),
    path("people/", people.home, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invite/again/", people.invite_again, name="invite_again"),
    path("people/import/", roster.upload, name="import"),
    path("people/import/confirm/", roster.confirm, name="import_confirm"),
    path("people/import/template/<str:district>/", roster.template, name="import_template"),
    path("people/<int:person>/", people.person, name="person"),
    path("people/<int:person>/disable/", people.disable, name="disable"),
    path("people/<int:person>/enable/", people.enable, name="enable"),
    path("people/<int:person>/factor/reset/", people.reset_factor, name="reset_factor"),
    path("people/<int:person>/unlock/", people.unlock, name="unlock"),
    path("people/addresses/unlock/", people.unlock_address, name="unlock_address"),
]
urlpatterns = [
    path("login/", signing.SignIn.as_view(), name="login"),
    path("login/code/", signing.code, name="login_code"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include((of_people, "schools"))),
]
