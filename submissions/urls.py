"""The addresses of this room."""

app_name = "submissions"
urlpatterns: list = []
