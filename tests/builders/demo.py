"""Builders for the demo site: its own settings on a throw-away database, people at its doors, work that was done."""

from __future__ import annotations

import json
import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client, override_settings
from django.utils import translation

from dgxblock.demo import seed
from dgxblock.demo.course import COURSE_KEY, unit
from dgxblock.demo.folder import Folder
from dgxblock.ledger import api as ledger
from dgxblock.registry import api as registry

_SETTINGS = Path(seed.__file__).with_name("settings.py")
_TAKEN = (
    "ADDRESSES", "CSRF_FAILURE_VIEW", "DGXBLOCK", "FOLDER", "LANGUAGES", "LANGUAGE_CODE", "LANGUAGE_COOKIE_AGE",
    "MIDDLEWARE", "ROOT_URLCONF", "SECRET_KEY", "SESSION_COOKIE_NAME", "STATIC_URL",
)  # fmt: skip


@contextmanager
def site(folder: Path, /, case: Path | None = None) -> Iterator[Folder]:
    """The demo's settings (all but its database), and a course filled from the library or with one's own `case`."""
    home = Folder(folder.resolve())
    home.prepare()
    wishes = {"DGX_DEMO_HOME": str(home.root), "PORT": "8000", "REGISTRY_PORT": "8001", "HOST": "127.0.0.1"}
    own = {} if case is None else {"DGX_DEMO_CASE": str(case)}
    with mock.patch.dict(os.environ, {**wishes, **own}):
        found = runpy.run_path(str(_SETTINGS))
    taken = {name: found[name] for name in _TAKEN}
    # the language last: changing settings forgets which one is active
    with mock.patch.dict(os.environ, own), override_settings(**taken), translation.override("en"):
        seed.seed(home)
        yield home


def visitor(language: str = "en", /) -> Client:
    """A browser that keeps cookies and must send its token, as in real life."""
    client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    client.get("/")
    return client


def press(client: Client, address: str, /, **fields: str) -> Any:
    """Press a button of a form on the page."""
    return client.post(address, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, **fields})


def as_person(username: str, language: str = "en", /) -> Client:
    """A browser in which somebody has entered."""
    client = visitor(language)
    assert press(client, f"/enter/{username}/").status_code == 302
    return client


def send(client: Client, address: str, data: Any = None, /, *, token: bool = True, **extra: Any) -> Any:
    """What a block's script sends: JSON with the token in a header."""
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value} if token and "csrftoken" in client.cookies else {}
    body = data if isinstance(data, bytes | str) else json.dumps(data if data is not None else {})
    return client.post(address, body, content_type="application/json", headers=headers, **extra)


def handler(slug: str, name: str, /, *, author: bool = False) -> str:
    """The address of a block's handler."""
    found = unit(slug)
    assert found is not None
    return f"{'/author' if author else ''}/handler/{found.usage_id}/{name}/"


def learner_id(username: str, /) -> str:
    return str(get_user_model().objects.get(username=username).pk)


def place(username: str, slug: str, /) -> ledger.Place:
    found = unit(slug)
    assert found is not None
    return ledger.Place(learner_id(username), COURSE_KEY, found.usage_id)


def meets_everything(username: str, /, *, percent: float = 85.0) -> str:
    """The trainee has read, practised and sat the assessment with `percent`; answers with the learner's id."""
    who = learner_id(username)
    with transaction.atomic():
        ledger.decide(place(username, "case"), "d", "a", reason="", revision="r", final=True)
    for slug in ("exercise", "assessment"):
        where = place(username, slug)
        attempt = ledger.open_attempt(where, kind=slug, seed="s", revision="r", limit=None)
        with transaction.atomic():
            ledger.submit_attempt(
                where, attempt.number, nonce=f"{slug}-{who}", answers={}, marks={},
                earned=percent, possible=100, passed=percent >= 70,
            )  # fmt: skip
            registry.evaluate(who, COURSE_KEY)
    return who
