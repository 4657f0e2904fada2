"""Look at a made demonstration as its visitors do, in a process of its own, and print what was seen as JSON."""

import itertools
import json
import os
import sys


def main(home: str) -> None:
    os.environ.update(UPSHOT_HOME=home, UPSHOT_DEMO="1", DJANGO_SETTINGS_MODULE="upshot.web.settings")
    import django

    django.setup()
    from django.test import Client

    from upshot.web.accounts.models import Organisation
    from upshot.web.home.demo.truth import found_against_planted
    from upshot.web.home.tour import STEPS
    from upshot.web.ledger.selectors import verify
    from upshot.web.plans.models import PromiseLock

    client = Client()
    client.post("/demo/as", {"part": "leader"})
    planted = client.get("/o/harbour/planted/").content.decode()
    reviews = client.get("/o/harbour/reviews/").content.decode()
    tour = {}
    for number in range(1, len(STEPS) + 1):
        where = client.post("/demo/tour", {"go": str(number)})["Location"]
        page = client.get(where)
        tour[where] = (page.status_code, page.content.decode())
    harbour = Organisation.objects.get(slug="harbour")
    entries = list(harbour.ledger.order_by("number"))
    found = {
        "broken": str(verify(harbour) or ""),
        "kinds": [entry.kind for entry in entries],
        "in_order": all(a.at <= b.at for a, b in itertools.pairwise(entries)),
        "locked": sorted(PromiseLock.objects.filter(organisation=harbour).values_list("initiative", flat=True)),
        "rows": [[row.initiative, row.kpi, row.grade, row.sentence, list(row.wrong)] for row in
                 found_against_planted(harbour)],
        "planted": planted,
        "reviews": reviews,
        "tour": tour,
        "organisations": sorted(Organisation.objects.values_list("name", "simulated", "notice")),
        "runs": sorted({name for one in Organisation.objects.all() for name in
                        one.runs.values_list("initiative", flat=True)}),
    }  # fmt: skip
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
