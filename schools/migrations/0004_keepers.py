"""Each account is kept by the district of its first post."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def keep(apps, schema_editor):
    posts = apps.get_model("schools", "Post").objects.filter(user=OuterRef("pk")).order_by("pk")
    people = apps.get_model("schools", "User").objects.filter(district__isnull=True)
    people.update(district=Subquery(posts.values("district")[:1]))


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_people")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
