"""The workbench's runtime, made to behave like a platform: real learners, stored scores, ids that last."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.templatetags.static import static
from django.urls import reverse
from web_fragments.fragment import Fragment
from workbench.models import XBlockState, shorten_scope_name
from workbench.runtime import ScenarioIdManager, WorkbenchDjangoKeyValueStore, WorkbenchRuntime
from xblock.exceptions import NoSuchDefinition, NoSuchUsage
from xblock.fields import Scope
from xblock.runtime import KvsFieldData

from dgxblock.demo.course import COURSE_KEY, UNITS
from dgxblock.demo.models import DemoGrade

__all__ = ["DemoRuntime"]


class DemoIds(ScenarioIdManager):
    """The ids of the demo's units: computed, so that every process and every start knows them."""

    def get_definition_id(self, usage_id: str) -> str:
        for unit in UNITS:
            if unit.usage_id == usage_id:
                return unit.definition_id
        raise NoSuchUsage(repr(usage_id))

    def get_block_type(self, def_id: str) -> str:
        for unit in UNITS:
            if unit.definition_id == def_id:
                return unit.block_type
        raise NoSuchDefinition(repr(def_id))


class DemoStore(WorkbenchDjangoKeyValueStore):
    """The workbench's field store without its two habits: creating a row to read it, and reading it once a field.

    Two requests that create the same row leave it there twice, and every later read of it fails.
    """

    def __init__(self) -> None:
        self._states: dict[tuple[str, str, str | None], dict[str, Any]] = {}

    @staticmethod
    def _place(key: Any) -> tuple[str, str, str | None]:
        sentinel = key.scope if key.scope in (Scope.parent, Scope.children) else key.scope.block
        return shorten_scope_name(sentinel.attr_name), key.block_scope_id, key.user_id

    def _state(self, key: Any) -> dict[str, Any]:
        place = self._place(key)
        if place not in self._states:
            scope, scope_id, user_id = place
            row = XBlockState.objects.filter(scope=scope, scope_id=scope_id, user_id=user_id).first()
            self._states[place] = json.loads(row.state) if row else {}
        return self._states[place]

    def get(self, key: Any) -> Any:
        return self._state(key)[key.field_name]

    def has(self, key: Any) -> bool:
        return key.field_name in self._state(key)

    def set(self, key: Any, value: Any) -> None:
        with transaction.atomic():  # IMMEDIATE: no other writer creates the row meanwhile
            super().set(key, value)
        self._states.pop(self._place(key), None)

    def delete(self, key: Any) -> None:
        with transaction.atomic():
            super().delete(key)
        self._states.pop(self._place(key), None)


class DemoRuntime(WorkbenchRuntime):
    """One request's runtime. The learner is who is logged in, never what the address says.

    With `author` it is Studio's: the same blocks, no learner behind them.
    """

    dgx_course_key = COURSE_KEY

    def __init__(self, user_id: str | None, /, *, author: bool = False, staff: bool = False) -> None:
        super().__init__(user_id)
        self.id_reader = DemoIds()
        self._services["field-data"] = KvsFieldData(DemoStore())
        self.dgx_author = author
        self.dgx_staff = staff
        self.is_author_mode = author

    def _patch_xblock(self, block: Any) -> None:
        """The workbench hangs mocks on every block; ours would take the mocked due date for a real one."""

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        if thirdparty:
            raise NotImplementedError("the demo has no handlers without a login")
        name = "author-handler" if self.dgx_author else "handler"
        where = (block.scope_ids.usage_id, handler_name)
        url = reverse(name, args=(*where, suffix) if suffix else where)
        return f"{url}?{query}" if query else url

    def dgx_unit_url(self, usage_key: str, /) -> str:
        """The page of a unit, for links from one block to another; empty if there is none."""
        return next((reverse("learn", args=(unit.slug,)) for unit in UNITS if unit.usage_id == usage_key), "")

    def local_resource_url(self, block: Any, uri: str) -> str:
        return reverse("resource", args=(block.scope_ids.block_type, uri))

    def resource_url(self, resource: str) -> str:
        return static(f"workbench/{resource}")

    def _wrap_ele(self, block: Any, view: str, frag: Fragment, extra_data: dict[str, Any] | None = None) -> Fragment:
        # The workbench would add jQuery here, which no block of ours wants.
        return super(WorkbenchRuntime, self)._wrap_ele(block, view, frag, extra_data)

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        """Keep what the platform would keep. Anything but scores and completion goes to nobody."""
        if self.dgx_author or block.scope_ids.user_id is None:
            return
        values: dict[str, Any] = {}
        where: dict[str, Any] = {"learner_id": str(block.scope_ids.user_id), "usage_key": str(block.scope_ids.usage_id)}
        if event_type == "grade":
            values = {"value": event_data.get("value"), "max_value": event_data.get("max_value")}
            if event_data.get("only_if_higher") and _lower(values, DemoGrade.objects.filter(**where).first()):
                return
            if not getattr(block, "has_custom_completion", False):
                values["completion"] = 1.0
        elif event_type == "completion":
            values = {"completion": float(event_data.get("completion", 0))}
        if values:
            DemoGrade.objects.update_or_create(defaults=values, **where)


def _lower(values: dict[str, Any], kept: DemoGrade | None) -> bool:
    if kept is None or not kept.max_value or kept.value is None or not values["max_value"]:
        return False
    return bool((values["value"] or 0) / values["max_value"] < kept.value / kept.max_value)
