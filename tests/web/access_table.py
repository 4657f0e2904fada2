"""Every route of an organisation with the permission it needs, and how to reach it: a new route needs a row here."""

from upshot.web.accounts.roles import Permission

ROUTES: dict[str, Permission] = {
    "grant-revoke": Permission.ACCESS,
    "invitation-new": Permission.ACCESS,
    "invitation-withdraw": Permission.ACCESS,
    "member": Permission.ACCESS,
    "member-remove": Permission.ACCESS,
    "members": Permission.ACCESS,
    "access-log": Permission.AUDIT,
    "audit": Permission.AUDIT,
    "audit-csv": Permission.AUDIT,
    "accounts": Permission.MERGE,
    "merge-undo": Permission.MERGE,
    "people": Permission.PEOPLE,
    "person": Permission.PEOPLE,
    "teams": Permission.PEOPLE,
    "erasures": Permission.PRIVACY,
    "person-data": Permission.PRIVACY,
    "person-export": Permission.PRIVACY,
    "data": Permission.DATA,
    "mapping": Permission.IMPORT,
    "rejects": Permission.IMPORT,
    "upload": Permission.IMPORT,
    "upload-import": Permission.IMPORT,
    "upload-new": Permission.IMPORT,
    "upload-throw": Permission.IMPORT,
    "use-profile": Permission.IMPORT,
    "ledger": Permission.LEDGER,
    "ledger-entry": Permission.LEDGER,
    "ledger-export": Permission.LEDGER,
    "home": Permission.HOME,
    "job": Permission.HOME,
    "job-cancel": Permission.HOME,
}
"""Route name to permission. Keep in alphabetical order within each app."""

ARGUMENTS: dict[str, dict[str, str]] = {
    "grant-revoke": {"number": "0", "grant": "0"},
    "invitation-withdraw": {"number": "0"},
    "ledger-entry": {"number": "0"},
    "member": {"number": "0"},
    **{
        name: {"upload_id": "00000000-0000-0000-0000-000000000000"}
        for name in ("mapping", "rejects", "upload", "upload-import", "upload-throw", "use-profile")
    },
    "person": {"key": "nobody"},
    "person-data": {"key": "nobody"},
    "person-export": {"key": "nobody"},
    "member-remove": {"number": "0"},
    "job": {"job_id": "00000000-0000-0000-0000-000000000000"},
    "job-cancel": {"job_id": "00000000-0000-0000-0000-000000000000"},
}
"""What a route needs besides the organisation; values that lead nowhere are fine (404 is not 403)."""

OPEN: frozenset[str] = frozenset({"first-account", "invitation", "start", "organisations", "health"})
"""Routes outside any organisation that guard themselves; allauth's own are not listed."""
