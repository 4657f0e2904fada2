"""Django's settings; everything that differs between installations comes from ``environment.py``."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from upshot.web.environment import Environment, code_version, database, email

ENVIRONMENT = Environment.read()
_ADDRESS = urlsplit(ENVIRONMENT.url)
_SECURE = _ADDRESS.scheme == "https"

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret
ALLOWED_HOSTS = [_ADDRESS.hostname or "localhost", "localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
ROOT_URLCONF = "upshot.web.urls"
WSGI_APPLICATION = "upshot.web.wsgi.application"

INSTALLED_APPS = [
    "upshot.web.shell",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "upshot.web.accounts",
    "upshot.web.audit",
    "upshot.web.jobs",
    "upshot.web.ledger",
    "upshot.web.members",
    "upshot.web.privacy",
    "upshot.web.people",
    "upshot.web.imports",
    "upshot.web.outbox",
    "upshot.web.plans",
    "upshot.web.practice",
    "upshot.web.competencies",
    "upshot.web.paths",
    "upshot.web.challenges",
    "upshot.web.surveys",
    "upshot.web.spacing",
    "upshot.web.measures",
    "upshot.web.reviews",
    "upshot.web.motivation",
    "upshot.web.improving",
    "upshot.web.automation",
    "upshot.web.teams",
    "upshot.web.learning",
    "upshot.web.lrs",
    "upshot.web.content",
    "upshot.web.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "upshot.web.shell.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "upshot.web.shell.templatetags.upshot",
            ],
        },
    }
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": ENVIRONMENT.home / "cache",
        "KEY_PREFIX": code_version(Path(__file__).parents[1]),
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}
"""Shared by every process of an installation; what is kept there is named by the facts it was computed from."""

DATABASES = {"default": database(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
globals().update(email(ENVIRONMENT))
DEFAULT_FROM_EMAIL = f"Upshot <upshot@{_ADDRESS.hostname or 'localhost'}>"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "upshot.web.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Upshot"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LRS_ORIGINS = ENVIRONMENT.lrs_origins
LRS_REQUESTS_PER_MINUTE = ENVIRONMENT.lrs_requests_per_minute

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_LIMIT = 2 * 1024**3
"""Largest file an import in the browser takes, bytes."""

PERSONAL_STORES = [
    "upshot.web.audit.personal.AuditStore",
    "upshot.web.outbox.personal.OutboxStore",
    "upshot.web.automation.personal.AutomationStore",
    "upshot.web.reviews.personal.ReviewStore",
    "upshot.web.accounts.personal.AccountStore",
    "upshot.web.content.personal.ContentStore",
    "upshot.web.lrs.personal.StatementStore",
    "upshot.web.competencies.personal.CompetencyStore",
    "upshot.web.spacing.personal.SpacingStore",
    "upshot.web.practice.personal.PracticeStore",
    "upshot.web.paths.personal.PathStore",
    "upshot.web.challenges.personal.ChallengeStore",
    "upshot.web.motivation.personal.MotivationStore",
    "upshot.web.teams.personal.TeamStore",
    "upshot.web.surveys.personal.SurveyStore",
    "upshot.web.people.personal.RosterStore",
    "upshot.web.people.personal.LakeStore",
]
"""Every place that holds data of a person (see ``privacy/stores.py``); those outside the database come last."""

GRADES_OF = "upshot.web.measures.selectors.grades_of"
"""Where pages about the plan find the grades of answers, which are made above them."""

PICTURES_OF = "upshot.web.reviews.explaining.pictures_of"
"""Where the page of an objective finds its KPIs against their goals, with the part that answers explain."""

RULES_IN_FORCE = "upshot.web.automation.selectors.in_force"
"""Where the page of the works council finds the rules that act by themselves: called with the organisation."""

BARRIERS_OF = "upshot.web.teams.supporting.barriers_of"
"""Where reviews and the work list find what managers say is in the way: called with the viewer and an initiative."""

DRAWN_AHEAD_BY = "upshot.web.reviews.explaining.draw_ahead"
"""What draws those pictures ahead of the first visit: called with the organisation and its plan."""

WARMED_BY = "upshot.web.plans.warming.warm"
"""What works out ahead of a visit what pages show of new facts: called with the organisation after an import."""

JOB_KINDS: dict[str, str] = {
    "estimate": "upshot.web.measures.work.run_estimate",
    "import": "upshot.web.imports.work.run_import",
    "course": "upshot.web.content.work.run_course_import",
    "retention": "upshot.web.lrs.work.run_retention",
    "report": "upshot.web.measures.reports.run_report",
    "glance-report": "upshot.web.reviews.handing_out.run_glance",
}
"""Background work by name: the dotted path of the function that does it (see ``jobs/services.py``)."""

MESSAGE_KINDS: list[str] = [
    "upshot.web.automation.messages.KINDS",
    "upshot.web.challenges.messages.KINDS",
    "upshot.web.teams.messages.KINDS",
    "upshot.web.reviews.escalating.KINDS",
    "upshot.web.reviews.asking.KINDS",
    "upshot.web.reviews.stakeholders.monthly.KINDS",
    "upshot.web.surveys.messages.KINDS",
    "upshot.web.spacing.messages.KINDS",
    "upshot.web.motivation.messages.KINDS",
]
"""Kinds of message that apps add: dotted paths of tuples of ``outbox.kinds.Kind``."""

CHORES: list[str] = [
    "upshot.web.plans.warming.due",
    "upshot.web.automation.chores.due",
    "upshot.web.content.chores.due",
    "upshot.web.outbox.chores.due",
    "upshot.web.paths.services.rounds.due",
    "upshot.web.challenges.chores.due",
    "upshot.web.teams.digest.due",
    "upshot.web.reviews.escalating.due",
    "upshot.web.reviews.asking.due",
    "upshot.web.reviews.stakeholders.monthly.due",
    "upshot.web.surveys.services.sending.due",
    "upshot.web.spacing.chores.due",
    "upshot.web.improving.chores.due",
    "upshot.web.motivation.chores.due",
]
"""What the worker does again and again: dotted paths of functions that take the present moment (see ``worker.py``)."""

STEP_PAGES: dict[str, str] = {
    "challenge": "challenge",
    "check-in": "check-ins",
}
"""Kind of a path's step to the route that opens it, called with the organisation, ``number`` of the enrolment and
``step``; steps of other kinds open on their own page (see ``paths/presenting.py``)."""

ATTEMPT_ENDED: list[str] = [
    "upshot.web.competencies.evidence.from_attempt",
    "upshot.web.spacing.services.cards.from_attempt",
]
"""Who is told that somebody ended an attempt at a scenario (see ``practice/ended.py``)."""

PRACTISED = "upshot.web.practice.practised.practised"
"""Where the map of competencies finds the scenarios."""

REMEMBERED = "upshot.web.competencies.evidence.remembered"
"""Who enters it into a log that decisions were remembered days later."""

COMPETENCIES = "upshot.web.competencies.known.labels"
"""Where the studio finds the competencies that scenarios may name."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"wordless": {"()": "upshot.web.logs.Wordless"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "wordless"}},
    "loggers": {"apprise": {"level": "CRITICAL", "propagate": False}},  # it logs addresses, which are secrets
    "root": {"handlers": ["console"], "level": "WARNING"},
}
