"""Signing in and out; these names belong to no room, as Django's settings use them."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from schools.views import SignIn

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
