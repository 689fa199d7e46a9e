"""One settings module: SQLite and no broker by default; PostgreSQL and Redis by DATABASE_URL and REDIS_URL."""

import datetime
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from redis.backoff import NoBackoff
from redis.retry import Retry

from base import logs
from edu_plan import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
for folder in ("queue", "static", "files"):
    (DATA_DIR / folder).mkdir(parents=True, exist_ok=True)

# Free space of DATA_DIR, below which /readyz and doctor complain.
DISK_MIN_MB = env.whole("DISK_MIN_MB", 500)

DEBUG = env.flag("DEBUG", True)
SECRET_KEY = env.secret("SECRET_KEY", "for-development-only") if DEBUG else env.strong_key("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]") if DEBUG else env.hosts("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")

# Demo accounts, whose password everybody knows, come to be and work here alone.
DEMO = env.flag("DEMO", DEBUG)

# The day on which the system believes to be (demo, tests, rehearsals); unset: the real one.
PLAN_TODAY = env.date("PLAN_TODAY")

INSTALLED_APPS = [
    "base",
    "schools",
    "tasks",
    "targets",
    "submissions",
    "reports",
    "edu_plan",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "edu_plan.middleware.TraceMiddleware",
    "edu_plan.middleware.AddressMiddleware",
    "edu_plan.record.RecordMiddleware",
    "edu_plan.middleware.HeadersMiddleware",
    "edu_plan.middleware.CompressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "edu_plan.middleware.WeightMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "schools.sessions.LimitsMiddleware",
    "edu_plan.middleware.DoorMiddleware",
    "edu_plan.middleware.PostsMiddleware",
    "schools.sessions.DutyMiddleware",
    "edu_plan.middleware.NulMiddleware",
    "edu_plan.limits.RateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "edu_plan.urls"
WSGI_APPLICATION = "edu_plan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "edu_plan.context.product",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        env.secret("DATABASE_URL", f"sqlite:///{DATA_DIR / 'edu_plan.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Triggers fire for rows that a REPLACE removes, too (base/append_only.py).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "schools.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "schools.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "schools.passwords.ShapeValidator"},
    {"NAME": "schools.passwords.NameValidator"},
    {"NAME": "schools.passwords.PatchworkValidator"},
    {"NAME": "schools.passwords.UsedBeforeValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# 0: a password may stay for ever.
PASSWORD_MAX_AGE_DAYS = env.whole("PASSWORD_MAX_AGE_DAYS", 90)
# Failures after which an account, and an address, is kept out, and for how long (schools/locks.py).
AXES_HANDLER = "schools.locks.Handler"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = 5
LOCK_ADDRESS_AFTER = env.whole("LOCK_ADDRESS_AFTER", 20)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "schools.views.signing.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the audit log has them
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# Of officers, directors, administrators and auditors (schools/factors.py).
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", not DEMO)
OTP_TOTP_ISSUER = "教育行动方案"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# Seconds: without a request, and in all.
SESSION_IDLE = env.whole("SESSION_IDLE_MINUTES", 30) * 60
SESSION_COOKIE_AGE = env.whole("SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# The proxy tells the scheme by X-Forwarded-Proto; gunicorn believes those in FORWARDED_ALLOW_IPS.
TLS = env.flag("TLS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
# A cookie of this prefix a browser takes from this very host alone, never from a neighbour.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (f"{'__Host-' if TLS else ''}{name}" for name in ("sessionid", "csrftoken"))
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked within the installation
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 365 * 24 * 3600) if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # browsers' preload lists can't be left again: the operator's to decide

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "edu_plan.finders.PlotlyFinder",
]

# A submission of forty values, a section's grid of sixty schools.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Files come beside the fields: small ones in memory, larger ones on disk, none beyond what a whole request may weigh.
# How large one file may be says whoever takes it (base.files).
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
REQUEST_MAX_BYTES = 32 * 1024 * 1024

# How many proxies of the operator's own stand before us: each adds to X-Forwarded-For whom it heard.
PROXIES = env.whole("PROXIES", 0)

# Requests of one person, of a visitor's address, of an account that is tried (edu_plan/limits.py says which). A whole
# office may sign in from one address within a minute; who fails to, is locked out long before.
RATE_LIMITS = {"login": "300/m", "account": "20/m", "upload": "60/m", "export": "60/m", "search": "60/m"}

# Jobs: the rows in the database are the truth; the broker only wakes a worker (docs/decisions/0005-jobs-are-rows.md).
REDIS_URL = env.secret("REDIS_URL", "")
# Seconds. A Redis that is away, or says nothing, keeps nobody waiting for long; a sweep makes up for what it lost.
REDIS_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_PATIENCE | {"retry": Retry(NoBackoff(), 0)},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_PATIENCE
else:
    CELERY_WORKER_POOL = "solo"
    CELERY_WORKER_TIMER_PRECISION = 0.2
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.2} | {
        name: str(DATA_DIR / "queue") for name in ("data_folder_in", "data_folder_out", "control_folder")
    }
# A running job that has said nothing for so long is taken over; a worker looks for such rows so often (seconds).
JOB_STALE_AFTER = env.seconds("JOB_STALE_AFTER", 60)
JOB_SWEEP_EVERY = env.seconds("JOB_SWEEP_EVERY", 15)

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# What is due regularly. Without REDIS_URL there is no beat; the one worker's own timer does it (celery.py). Reminders
# are asked for each hour from half past eight on, so that a beat that was down catches up: they are told once a day.
REMIND_AT = datetime.time(8, 30)
LIVE_EVERY = env.seconds("LIVE_EVERY", 60)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "base.sweep", "schedule": JOB_SWEEP_EVERY},
    "remind": {
        "task": "submissions.remind",
        "schedule": crontab(hour=f"{REMIND_AT.hour}-23", minute=REMIND_AT.minute),
    },
    # Bulletins: on 10 July and 10 January, and made up for later (reports/schedule.py looks at the clock itself).
    "draft": {"task": "reports.draft", "schedule": crontab(hour="6-23", minute=0)},
    "assess": {
        "task": "reports.assess",
        "schedule": crontab(day_of_month="15-31", month_of_year=1, hour="6-23", minute=15),
    },
    # Live results, where approvals have come (reports/live.py).
    "live": {"task": "reports.live", "schedule": LIVE_EVERY},
    "mail": {"task": "base.mail", "schedule": 3600},
    "seal": {"task": "base.seal", "schedule": 60},
    "sweep_files": {"task": "base.sweep_files", "schedule": 24 * 3600},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.text("BEAT_SCHEDULE", str(DATA_DIR / "beat"))

# E-mail: without EMAIL_HOST it is printed by the worker. SITE_URL is what links in e-mails begin with; without it they
# have none.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.whole("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds; well below JOB_STALE_AFTER
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "") or EMAIL_HOST_USER or "edu-plan@localhost"
SITE_URL = env.text("SITE_URL", "").rstrip("/")

LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = logs.config(LOG_LEVEL, plain=DEBUG)
