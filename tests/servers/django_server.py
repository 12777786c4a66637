"""An authorization server made of Django and django-oauth-toolkit, as its documentation has it, with refresh tokens that
work once and an API of its own. Argument: the folder of its database."""

import os
import sys
import threading
from datetime import timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.conf import settings
from django.http import JsonResponse
from django.urls import include, path
from django.utils.timezone import now

FOLDER = sys.argv[1]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(FOLDER, "db.sqlite3"),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
            },
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider", "rest_framework"],
    MIDDLEWARE=["__main__.counting"],
    # What a good one costs is not looked at here.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ROOT_URLCONF="__main__",
    SECRET_KEY=os.urandom(32).hex(),
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "ACCESS_TOKEN_EXPIRE_SECONDS": 60,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 86400,
        "ROTATE_REFRESH_TOKEN": True,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "SCOPES": {"read": "to read", "write": "to write", "introspection": "to ask about tokens"},
        "DEFAULT_SCOPES": ["read"],
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from oauth2_provider.contrib.rest_framework import IsAuthenticatedOrTokenHasScope, OAuth2Authentication  # noqa: E402
from oauth2_provider.decorators import protected_resource  # noqa: E402
from oauth2_provider.models import AccessToken, Application, RefreshToken  # noqa: E402
from oauth2_provider.views import TokenView  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

counts: dict = {}
counting_lock = threading.Lock()


def counting(get_response):
    """How often each grant was asked for, with what answer."""

    def counted(request):
        grant = request.POST.get("grant_type") if request.path in ("/o/token/", "/token") else None
        answer = get_response(request)
        if grant:
            with counting_lock:
                key = f"{grant} {answer.status_code}"
                counts[key] = counts.get(key, 0) + 1
        return answer

    return counted


def told(_request):
    with counting_lock:
        return JsonResponse(counts)


class Api(APIView):
    """Answers 401 and a demand for Bearer, as Django REST framework does."""

    authentication_classes = [OAuth2Authentication]
    permission_classes = [IsAuthenticatedOrTokenHasScope]
    required_scopes = ["read"]

    def get(self, request):
        return JsonResponse({"user": request.user.username if request.user else ""})


@protected_resource()
def other_api(request):
    """Answers 403 and an empty page, as the package's own decorator does."""
    return JsonResponse({"user": request.resource_owner.username if request.resource_owner else ""})


def expire(_request):
    """All access tokens end now."""
    return JsonResponse({"ended": AccessToken.objects.update(expires=now() - timedelta(seconds=1))})


def families(_request):
    """How many tokens are good still."""
    return JsonResponse(
        {
            "access": AccessToken.objects.count(),
            "refresh": RefreshToken.objects.filter(revoked__isnull=True).count(),
        }
    )


urlpatterns = [
    path("o/", include("oauth2_provider.urls")),
    # The same without a slash at its end.
    path("token", TokenView.as_view()),
    path("api/", Api.as_view()),
    path("other-api/", other_api),
    path("counts", told),
    path("expire", expire),
    path("families", families),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    call_command("migrate", verbosity=0)
    User.objects.create_user("maria", password="senha çãé&=+ 1")
    for client_id, grant in {"erp": "password", "machine": "client-credentials"}.items():
        Application.objects.create(
            client_id=client_id,
            client_secret=f"segredo&{client_id}",
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=grant,
            name=client_id,
        )
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    # Until the one who started it is gone.
    sys.stdin.read()


main()
