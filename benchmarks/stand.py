"""The measuring stand: one minimal host that every block runs in, ours and the peers'.

The blocks are real; the host is ours and thin, so that what is measured is the block. It is the workbench's runtime
with the habits of the platform: content in memory, a learner's state at a block in one row that is read once and
written once a request, one row for the grade. The workbench itself would read and write a row for every field, which
would cost the peers dear and ours nothing.

Stubbed, and alike for all: no asides, no enrolment, no course tree; events other than grades are turned into JSON, as a
tracking log would, and dropped. ``replace_urls`` changes nothing; CAPA alone asks for the others: ``sandbox`` allows no
Python, ``xqueue`` has no queue, ``cache`` keeps nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import simplejson
from django.db import connection
from opaque_keys.edx.locator import CourseLocator
from workbench.runtime import WorkbenchRuntime
from xblock.core import XBlockMixin
from xblock.fields import Boolean, Scope, ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import KeyValueStore, KvsFieldData, Mixologist

__all__ = ["RESOURCES", "Runtime", "counted", "prepare"]

COURSE: Final = CourseLocator("dgx", "bench", "2026")
RESOURCES: Final = "/resource/"
TABLES: Final = (
    "bench_state (learner VARCHAR(32), place VARCHAR(191), state TEXT, PRIMARY KEY (learner, place))",
    "bench_grade (learner VARCHAR(32), place VARCHAR(191), value REAL, most REAL, PRIMARY KEY (learner, place))",
)


def prepare() -> None:
    """Make the host's own tables, once the apps' are there."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {table}")


class Store(KeyValueStore):
    """The fields of one block in one request: the author's in memory, the learner's in one row."""

    def __init__(self, written: Mapping[str, Any], learner: str, usage: str) -> None:
        self._written = dict(written)
        self._where = (learner, usage)
        self._state: dict[str, Any] | None = None

    def _fields(self, key: Any) -> dict[str, Any]:
        if key.scope not in (Scope.user_state, Scope.preferences, Scope.user_info):
            return self._written
        if self._state is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT state FROM bench_state WHERE learner = %s AND place = %s", self._where)
                row = cursor.fetchone()
            self._state = json.loads(row[0]) if row else {}
        return self._state

    def get(self, key: Any) -> Any:
        return self._fields(key)[key.field_name]

    def has(self, key: Any) -> bool:
        return key.field_name in self._fields(key)

    def set(self, key: Any, value: Any) -> None:
        self.set_many({key: value})

    def set_many(self, update_dict: Mapping[Any, Any]) -> None:
        for key, value in update_dict.items():
            self._fields(key)[key.field_name] = value
        if any(self._fields(key) is self._state for key in update_dict):
            with connection.cursor() as cursor:
                cursor.execute(
                    "REPLACE INTO bench_state VALUES (%s, %s, %s)",
                    (*self._where, simplejson.dumps(self._state)),  # as the platform does: a score becomes an object
                )

    def delete(self, key: Any) -> None:
        del self._fields(key)[key.field_name]


class User(UserService):
    """Who is logged in, under the names that the platform gives."""

    def __init__(self, learner: str) -> None:
        super().__init__()
        self._user = XBlockUser(is_current_user=True, emails=[], full_name="")
        self._user.opt_attrs = {
            "edx-platform.user_id": int(learner),
            "edx-platform.user_is_staff": False,
            "edx-platform.deprecated_anonymous_user_id": f"anonymous-{learner}",
        }

    def get_current_user(self) -> XBlockUser:
        return self._user


class Urls:
    def replace_urls(self, text: str, static_replace_only: bool = False) -> str:
        del static_replace_only
        return text


class Sandbox:
    def can_execute_unsafe_code(self) -> bool:
        return False

    def get_python_lib_zip(self) -> None:
        return None


class NoCache:
    def get(self, key: str) -> None:
        del key

    def set(self, key: str, value: object, timeout: int | None = None) -> None:
        del key, value, timeout


class Inherited(XBlockMixin):
    """A field that the platform lends to every block, and CAPA counts on."""

    graded = Boolean(scope=Scope.settings, default=True)


class NoQueue:
    waittime = 0


class Runtime(WorkbenchRuntime):
    """One request of one learner."""

    resources_fs = None

    def __init__(self, learner: str) -> None:
        super().__init__(learner)
        self.learner = learner
        self.mixologist = Mixologist([Inherited])
        self._services |= {
            "user": User(learner), "replace_urls": Urls(), "sandbox": Sandbox(), "cache": NoCache(),
            "xqueue": NoQueue(),
        }  # fmt: skip

    def block(self, cls: type[Any], kind: str, name: str, written: Mapping[str, Any], /) -> Any:
        """The block of class `cls` as this request finds it."""
        usage = COURSE.make_usage_key(kind, name)  # type: ignore[no-untyped-call]
        self._services["field-data"] = KvsFieldData(Store(written, self.learner, str(usage)))
        return self.construct_xblock_from_class(cls, ScopeIds(self.learner, kind, usage, usage))

    def _patch_xblock(self, block: Any) -> None:
        """The workbench hangs mocks on every block in every request; they take longer than some blocks."""

    def applicable_aside_types(self, block: Any) -> list[str]:
        del block
        return []

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        del query, thirdparty
        return f"/handler/{block.scope_ids.usage_id}/{handler_name}/{suffix}"

    def local_resource_url(self, block: Any, uri: str) -> str:
        del block
        return RESOURCES + uri

    def _wrap_ele(self, block: Any, view: str, frag: Any, extra_data: dict[str, Any] | None = None) -> Any:
        # The workbench adds its own scripts here, which belong to no block.
        return super(WorkbenchRuntime, self)._wrap_ele(block, view, frag, extra_data)

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        if event_type != "grade":
            json.dumps(event_data, default=str)
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "REPLACE INTO bench_grade VALUES (%s, %s, %s, %s)",
                (self.learner, str(block.scope_ids.usage_id), event_data["value"], event_data["max_value"]),
            )

    def grade(self, block: Any, /) -> tuple[float, float] | None:
        """What the gradebook holds for this learner: points and the most that there are."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value, most FROM bench_grade WHERE learner = %s AND place = %s",
                (self.learner, str(block.scope_ids.usage_id)),
            )
            row = cursor.fetchone()
        return (float(row[0]), float(row[1])) if row else None


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects the statements that reach the database meanwhile, without those that begin and end transactions."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements
