"""Let the database itself refuse to change or remove an entry."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from upshot.web.ledger.triggers import ADD, DROP


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in ADD[editor.connection.vendor]:
        editor.execute(statement, params=None)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
