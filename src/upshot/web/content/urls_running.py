"""Addresses of running content; outside every organisation's pages, and guarded by their key."""

from django.urls import URLPattern, URLResolver, path, re_path

from upshot.web.content.views import running, store

# Units join the endpoint and a resource with one slash or two, since libraries differ on who writes it.
_STORE = r"^(?P<key>[\w-]{43})/lrs/+(?P<resource>statements|activities(?:/state|/profile)?|agents(?:/profile)?|about)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:key>/files/<path:path>", running.file, name="content-file"),
    path("<str:key>/runtime.js", running.runtime, name="content-runtime"),
    path("<str:key>/fetch", running.fetch, name="content-fetch"),
    path("<str:key>/commit", running.commit, name="content-commit"),
    re_path(_STORE, store.store, name="content-store"),
]
