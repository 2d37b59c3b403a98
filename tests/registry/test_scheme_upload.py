"""Staff load a scheme through the admin: they see what changes before it does, and nobody else can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from dgxblock.registry import models
from tests.builders.scheme_files import CITY, changed

pytestmark = pytest.mark.django_db
URL = "/admin/dgx_registry/scheme/from-yaml/"


@pytest.fixture(autouse=True)
def admin_site() -> Iterator[None]:
    from tests import settings

    processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                  "django.contrib.messages.context_processors.messages"]  # fmt: skip
    templates = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": processors}}]
    with override_settings(
        INSTALLED_APPS=["django.contrib.admin", *settings.INSTALLED_APPS], TEMPLATES=templates,
        ROOT_URLCONF="tests.registry.admin_urls",
    ):  # fmt: skip
        import_module("dgxblock.registry.admin")
        yield


def client(*rights: str, superuser: bool = False) -> Client:
    user = get_user_model().objects.create(username="li", is_staff=True, is_superuser=superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    made = Client()
    made.force_login(user)
    return made


def upload(by: Client, content: bytes) -> tuple[int, str]:
    response = by.post(URL, {"file": SimpleUploadedFile("city.yaml", content)})
    return response.status_code, response.content.decode()


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(text|name|state)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_what_would_change_is_shown_first_and_loaded_on_a_second_press() -> None:
    by = client("add_scheme", "change_scheme", "view_scheme")
    assert "from-yaml/" in by.get("/admin/dgx_registry/scheme/").content.decode()
    assert by.get(URL).status_code == 200
    status, page = upload(by, CITY.encode())
    assert status == 200 and "credential.code" in page and "CITY-1" in page
    assert not models.Scheme.objects.exists()
    response = by.post(URL, hidden(page))
    assert response.status_code == 302, response.content.decode()
    assert models.Scheme.objects.get().slug == "city-coach"
    assert models.Decision.objects.get().actor == str(get_user_model().objects.get().pk)
    status, page = upload(by, CITY.encode())
    assert status == 200 and "Nothing differs" in page and hidden(page) == {}


def test_what_changed_since_the_preview_is_previewed_again() -> None:
    by = client(superuser=True)
    given = hidden(upload(by, CITY.encode())[1])
    upload_two = hidden(upload(by, changed("assessor: 测试培训中心", "assessor: 另一家"))[1])
    assert by.post(URL, upload_two).status_code == 302
    assert by.post(URL, given).status_code == 200
    assert models.Scheme.objects.get().assessor == "另一家"


@pytest.mark.parametrize(
    "given",
    [
        {"state": ""},
        {"state": "0" * 64},
        {"state": "x" * 65},
        {"text": ""},
        {"text": "a: [1"},
        {"text": CITY + "x: 1\n"},
    ],
)
def test_a_forged_second_press_changes_nothing(given: dict[str, str]) -> None:
    by = client(superuser=True)
    page = upload(by, CITY.encode())[1]
    assert by.post(URL, {**hidden(page), **given}).status_code in (200, 400)
    assert not models.Scheme.objects.exists()


@pytest.mark.parametrize(
    "content", [b"a: [1", b"\xff\xfe", changed("CITY-1", "<script>alert(1)</script>"), b"x" * 300_000]
)
def test_a_broken_document_is_answered_with_sentences(content: bytes) -> None:
    status, page = upload(client(superuser=True), content)
    assert status == 400 and "city.yaml, line " in page and "<script>alert" not in page
    assert not models.Scheme.objects.exists() and not models.Decision.objects.exists()


@pytest.mark.parametrize("rights", [(), ("view_scheme",), ("add_scheme",), ("change_scheme",)])
def test_without_both_rights_there_is_no_such_page(rights: tuple[str, ...]) -> None:
    by = client(*rights)
    assert by.get(URL).status_code == 403 and upload(by, CITY.encode())[0] == 403
    assert Client().get(URL).status_code == 302 and Client().post(URL).status_code == 302
    assert not models.Scheme.objects.exists()
