"""One worker of the race, in a process of its own: plan and send until nothing is left, and say what it sent."""

import datetime as dt
import json
import os
import sys

from django.conf import settings


def main(database: str, home: str, start: str) -> None:
    os.environ["UPSHOT_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "upshot.web.settings"
    settings.DATABASES["default"]["NAME"] = database
    import django

    django.setup()
    from upshot.web.accounts.models import Organisation
    from upshot.web.outbox.scheduling import plan_round
    from upshot.web.outbox.sending import send_round

    firm, now = Organisation.objects.get(slug="nordvik"), dt.datetime.fromisoformat(start)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    people = sent = 0
    while planned := plan_round(firm, now, people=3):
        people += planned
    while done := send_round(firm, now + dt.timedelta(hours=1), people=3).sent:
        sent += done
    print(json.dumps({"planned": people, "sent": sent}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
