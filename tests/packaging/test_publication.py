"""What a host makes public when it collects static files: only what browsers need."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from xblock.core import XBlock

from dgxblock.assessment import AssessmentXBlock
from dgxblock.case_study import CaseStudyXBlock
from dgxblock.certification import CertificationXBlock
from dgxblock.exercise import ExerciseXBlock

BLOCKS = (CaseStudyXBlock, ExerciseXBlock, AssessmentXBlock, CertificationXBlock)
APPS = ("dgxblock.ledger", "dgxblock.registry", "dgxblock.insight")
FOR_BROWSERS = {".css", ".js", ".mjs", ".svg", ".png", ".wasm", ".webp", ".woff2"}
LICENCES = ".LICENSE.txt"
"""The licence of a file of somebody else's lies beside it."""


def published(block: type[XBlock]) -> Iterator[Path]:
    """The files that Open edX's XBlockPipelineFinder collects for a block.

    It takes the module's name without the last part for the package, goes to its `resources_dir`, and leaves out
    Python and SCSS only; `public_dir`, which the development server respects, plays no part.
    """
    package = importlib.import_module(block.__module__.rpartition(".")[0])
    assert package.__file__ is not None
    for path in sorted((Path(package.__file__).parent / block.get_resources_dir()).rglob("*")):
        if path.is_file() and path.suffix not in {".py", ".pyc", ".scss"}:
            yield path


@pytest.mark.parametrize("block", BLOCKS)
def test_only_files_for_browsers_become_public(block: type[XBlock]) -> None:
    files = list(published(block))
    assert {path.suffix for path in files} >= {".css", ".js"}, "the rule finds the block's own files"
    others = [path for path in files if path.suffix not in FOR_BROWSERS and not path.name.endswith(LICENCES)]
    assert others == []


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_collected_is_what_the_development_server_serves(block: type[XBlock]) -> None:
    for path in published(block):
        uri = path.as_posix().rpartition(f"/{block.get_resources_dir()}/")[2]
        with block.open_local_resource(uri) as file:
            assert file.read() == path.read_bytes()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_lies_directly_under_the_package(block: type[XBlock]) -> None:
    """One level deeper, the platform would collect from a wrong folder."""
    assert block.__module__.count(".") == 1


@pytest.mark.parametrize("app", APPS)
def test_a_django_app_publishes_only_files_for_browsers(app: str) -> None:
    folder = importlib.import_module(app).__file__
    assert folder is not None
    files = [path for path in (Path(folder).parent / "static").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix not in FOR_BROWSERS] == []
