"""The function by which PostgreSQL stores a few statements in one call."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from upshot.web.lrs.store.quick import CREATE, DROP


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(CREATE)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("lrs", "0002_records_of_changes")]
    operations: ClassVar = [migrations.RunPython(create, drop)]
