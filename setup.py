"""How dgxblock is packaged.

The case library travels as a package of its own, ``dgxblock_cases``: the platform's ``collectstatic`` may publish what
lies beside an XBlock, and the library holds the answers.
"""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'__version__ = "([^"]+)"', (HERE / "dgxblock/__init__.py").read_text(encoding="utf-8"))
README = HERE / "README.md"

DEMO = [
    # No Open edX release runs Django 6 yet; unpinned, pip would take it on Python 3.12.
    "Django==5.2.*",
    "XBlock[django]",  # the workbench's settings name an app that only this extra brings
    'xblock-sdk==0.14.0; python_version < "3.12"',
    'xblock-sdk==0.15.2; python_version >= "3.12"',
    "setuptools<80.9",  # has the pkg_resources that XBlock's `fs` imports, and says nothing about it on every start
    "waitress>=3.0",
]
# The demo as a site would run it: several processes, and the database of an Open edX site. Neither wants a compiler.
SITE = ["gunicorn>=23", "PyMySQL>=1.1"]
# SM2 and SM3, for a registry that asks for the national algorithms.
GM = ["gmssl-pyx>=2.1"]
TEST = [
    *DEMO,
    *GM,
    *SITE,
    "axe-playwright-python>=0.1.4",
    "Babel>=2.16",  # the catalogues are compared with a fresh compile
    "celery[redis]>=5.3",  # the platform's; the doorbell does without it
    "edx-opaque-keys",  # keys of courses, in the benchmark's stand
    "hypothesis>=6.100",
    "playwright>=1.50",
    "pytest>=8.3",
    "pytest-django>=4.11",
    "schemathesis>=4",
]
BENCH = [
    *DEMO,
    *SITE,
    # Figures compare only with the same peers. Both need Python 3.12; on 3.11 the benchmark measures our blocks alone.
    'xblock-drag-and-drop-v2==5.1.2; python_version >= "3.12"',
    'xblocks-contrib==1.0.7; python_version >= "3.12"',
]
LINT = [
    "djlint>=1.36",
    "django-stubs>=5.2",
    "import-linter>=2.3",
    "lxml-stubs>=0.5",
    "mypy>=1.15",
    "ruff>=0.11",
    "types-jsonschema",
    "types-openpyxl",
    "types-PyYAML",
    "types-requests",
]

assert VERSION is not None

setup(
    name="dgxblock",
    version=VERSION[1],
    description="Teaching cases, graded practice and certification for Open edX",
    long_description=README.read_text(encoding="utf-8") if README.exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    # The demo runs from a clone: people without passwords and a pretended registry have no place in production.
    packages=[*find_packages(include=["dgxblock", "dgxblock.*"], exclude=["dgxblock.demo*"]), "dgxblock_cases"],
    package_dir={"dgxblock_cases": "case_studies"},
    package_data={
        "dgxblock": [
            "py.typed",
            "static/**/*",
            "templates/**/*",
            # English is the message id: its catalogue only repeats it, and a missing one falls back to the id.
            "translations/zh_CN/LC_MESSAGES/*.mo",
        ],
        "dgxblock.content": ["**/*.rng", "*.txt"],
        "dgxblock.desk": ["skeleton/*.xml"],
        "dgxblock.insight": ["static/**/*", "templates/**/*"],
        "dgxblock.ledger": ["templates/**/*"],
        "dgxblock.preview": ["static/**/*", "templates/**/*"],
        "dgxblock.registry": ["examples/*.yaml", "scheme.schema.json", "templates/**/*"],
        "dgxblock.registry.contract": ["**/*.json", "**/*.yaml"],
        "dgxblock_cases": ["LICENSE", "LICENSE.*", "*/*.xml", "*/media/*"],
    },
    include_package_data=False,
    zip_safe=False,
    # Django is the host's: LMS, Studio or the workbench bring the version that they run on.
    install_requires=[
        "PyYAML>=6.0",  # XBlock's too
        "XBlock>=5.2",
        "cryptography>=42",
        "jsonschema>=4.20",
        "lxml>=5.3",  # no higher floor: the platform pins 5.3.2, which must match its xmlsec
        "openpyxl>=3.1",
        "requests>=2.32",
        "segno>=1.6",
        # From Python 3.12 on, XBlock may bring the same module itself, and two owners of one file break uninstalling.
        'web-fragments>=3.1; python_version < "3.12"',
    ],
    extras_require={"demo": DEMO, "test": TEST, "lint": LINT, "bench": BENCH, "gm": GM},
    entry_points={
        "dgxblock.registry": [
            "badge = dgxblock.registry.adapters.badge:Badge",
            "file = dgxblock.registry.adapters.file:FileDrop",
            "rest = dgxblock.registry.adapters.rest:Rest",
            "shadow = dgxblock.registry.adapters.shadow:Shadow",
        ],
        "xblock.v1": [
            "dgx_case_study = dgxblock.case_study:CaseStudyXBlock",
            "dgx_exercise = dgxblock.exercise:ExerciseXBlock",
            "dgx_assessment = dgxblock.assessment:AssessmentXBlock",
            "dgx_certification = dgxblock.certification:CertificationXBlock",
        ],
        "lms.djangoapp": [
            "dgx_ledger = dgxblock.ledger.apps:LedgerConfig",
            "dgx_registry = dgxblock.registry.apps:RegistryConfig",
            "dgx_insight = dgxblock.insight.apps:InsightConfig",
        ],
        "cms.djangoapp": [
            "dgx_ledger = dgxblock.ledger.apps:LedgerConfig",
            "dgx_registry = dgxblock.registry.apps:RegistryConfig",
        ],
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Web Environment",
        "Framework :: Django",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Intended Audience :: Education",
        "Natural Language :: Chinese (Simplified)",
        "Natural Language :: English",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Topic :: Education",
    ],
)
