"""The least that a block needs to be shown and answered: no stored fields, no gradebook, a trainee that never was."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.urls import reverse
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.runtime import MemoryIdManager, Runtime

from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.exercise import ExerciseXBlock
from dgxblock.preview.watched import Paper

__all__ = ["BLOCKS", "PreviewRuntime", "block_of"]

BLOCKS: Final = {"case": CaseStudyXBlock, "exercise": ExerciseXBlock, "assessment": AssessmentXBlock}


class PreviewRuntime(Runtime):
    """One request's runtime. `where` are the parts of an address that stay: language and variant."""

    dgx_course_key = "preview"
    dgx_author = False

    def __init__(self, seed: str, where: tuple[str, int], /) -> None:
        ids = MemoryIdManager()
        super().__init__(ids, ids)
        self._seed, self._where = seed, where

    def dgx_seed(self, *more: str) -> str:
        """The variant that the author chose. A further try at an assessment has other data, here as anywhere."""
        return self._seed if more in ((), ("1",)) else " ".join((self._seed, *more))

    def applicable_aside_types(self, block: Any) -> list[str]:
        """What other packages of this machine would add to every block is not ours to show."""
        del block
        return []

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        del suffix, thirdparty  # our blocks have no use for either
        url = reverse("handler", args=(*self._where, block.scope_ids.usage_id, handler_name))
        return f"{url}?{query}" if query else url

    def local_resource_url(self, block: Any, uri: str) -> str:
        del block
        return reverse("resource", args=(uri,))

    def resource_url(self, resource: str) -> str:
        raise NotImplementedError(resource)

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        """Nobody keeps grades here."""


def block_of(paper: Paper, where: tuple[str, int], rounds: int, /) -> Any:
    """The block that shows a document to the trainee whose data are that variant. Another seed, or another round, is
    another trainee: their answers were given to other numbers."""
    seed = paper.seed(where[1]) if paper.document else ""
    learner = hashlib.sha256(f"{seed}\0{rounds}".encode()).hexdigest()[:32]
    kind = BLOCKS[paper.kind]
    return PreviewRuntime(seed, where).construct_xblock_from_class(
        kind, ScopeIds(learner, kind.__name__, paper.usage, paper.usage), DictFieldData({"document": paper.text})
    )
