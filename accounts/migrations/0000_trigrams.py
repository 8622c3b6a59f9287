"""Indexes of trigrams, by which parts of names and addresses are found. The extension comes with PostgreSQL, and the
owner of a database may add it; it has to be there before the tables whose indexes need it."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    run_before = [("accounts", "0001_initial")]

    operations = [TrigramExtension()]
