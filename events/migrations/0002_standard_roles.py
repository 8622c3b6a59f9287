"""The roles that API and clients know by name."""

from django.db import migrations

ROLES = [
    ("owner", "Owner"),
    ("organizer", "Organizer"),
    ("coorganizer", "Co-organizer"),
    ("track_organizer", "Track organizer"),
    ("moderator", "Moderator"),
    ("registrar", "Registrar"),
    ("attendee", "Attendee"),
    ("marketer", "Marketer"),
    ("sales_admin", "Sales admin"),
]


def make_roles(apps, schema_editor):
    role = apps.get_model("events", "Role")
    for name, title in ROLES:
        role.objects.get_or_create(name=name, defaults={"title_name": title})


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
