"""Django settings. Every value that differs between installations comes from the environment."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import environment

HOME = environment.home()
HOME.mkdir(parents=True, exist_ok=True)
SOURCE = Path(__file__).resolve().parents[1]
PRODUCTION = environment.is_production()

SECRET_KEY = environment.secret("LIANXIN_SECRET_KEY", HOME)
DEBUG = not PRODUCTION and os.environ.get("LIANXIN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("LIANXIN_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LIANXIN_ORIGINS", "").split(",") if o]
JURISDICTION = os.environ.get("LIANXIN_JURISDICTION", "440304")
"""Code of the area whose law and decisions hold here; rules and parameters of all areas around it hold too."""
DEMONSTRATION = os.environ.get("LIANXIN_DEMO") == "1" or (HOME / "demo-logins.txt").exists()
"""Whether the pages say that firms and people are invented."""
SITE_NAME = os.environ.get("LIANXIN_SITE_NAME", "连心")

LEAVE_URL = os.environ.get("LIANXIN_LEAVE_URL", "https://www.baidu.com/")
"""Where the link to leave a public page quickly leads: a page that everybody opens."""

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "lianxin.kit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "lianxin.trail",
    "lianxin.places",
    "lianxin.access",
    "lianxin.rules",
    "lianxin.registry",
    "lianxin.figures",
    "lianxin.reach",
    "lianxin.matters",
    "lianxin.boards",
    "lianxin.desk",
    "lianxin.conf",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lianxin.kit.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lianxin.kit.middleware.PlainAddresses",
    "lianxin.kit.middleware.Preferences",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lianxin.access.middleware.ActorMiddleware",
    "lianxin.access.middleware.SecondFactorMiddleware",
    "lianxin.kit.middleware.WaysUp",
    "lianxin.kit.middleware.Refusals",
]

ROOT_URLCONF = "lianxin.conf.urls"
WSGI_APPLICATION = "lianxin.conf.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianxin.kit.context.shell",
            ],
            # stated once: both packages rewrite the chain when left to themselves, and then switch each other off
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)]),
            ],
        },
    }
]

COTTON_ISOLATE_BY_DEFAULT = True  # a component sees its arguments, not the page around it

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["lianxin.access.backends.OpenAccounts"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "lianxin.access.adapter.Accounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
SECOND_FACTOR_REQUIRED = os.environ.get("LIANXIN_SECOND_FACTOR", "required" if PRODUCTION else "offered") == "required"
MFA_ADAPTER = "lianxin.access.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_RECOVERY_CODE_COUNT = 10
# counts of failed log-ins, shared by all processes and machines
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("LIANXIN_TLS_PROXY") == "1" else None
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

MAIL = environment.mail()
globals().update(MAIL)
HAS_MAIL = bool(MAIL)
"""Without a mail server, a forgotten password is set anew by a link that an administrator makes."""
DEFAULT_FROM_EMAIL = os.environ.get("LIANXIN_EMAIL_FROM", "lianxin@localhost")
EMAIL_TIMEOUT = 10
IMAP_URL = os.environ.get("LIANXIN_IMAP_URL", "")
"""The mailbox that is read every minute: imaps://user:password@host:993/INBOX."""
MAIL_FOLDER = os.environ.get("LIANXIN_MAIL_FOLDER", "")
"""A folder of .eml files, or a maildir, that is read every minute."""
PUBLIC_URL = os.environ.get("LIANXIN_URL", "").rstrip("/")
"""Where people reach this installation, for links in mails."""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("LIANXIN_TIME_ZONE", "Asia/Shanghai")
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
VENDOR_ASSETS = Path(os.environ.get("LIANXIN_VENDOR", SOURCE.parents[1] / "var" / "vendor"))
STATICFILES_DIRS = [("vendor", VENDOR_ASSETS)] if VENDOR_ASSETS.is_dir() else []
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = HOME / "files"
SNAPSHOTS = HOME / "snapshots"

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

FIELD_KEYS = environment.secret("LIANXIN_FIELD_KEYS", HOME)
"""Keys of encrypted fields, newest first: `id:secret,id:secret`; a bare secret is key `k1`."""
SEALED_KEYS = environment.secret("LIANXIN_SEALED_KEYS", HOME)
"""Keys of the words of sealed matters (C4), apart from all others; the same form as `FIELD_KEYS`."""
LOOKUP_KEY = environment.secret("LIANXIN_LOOKUP_KEY", HOME)
SEAL_KEY = environment.secret("LIANXIN_SEAL_KEY", HOME)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LIANXIN_LOG", "WARNING")},
}
