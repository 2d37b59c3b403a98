"""Builders for the adapter of files alone: without Django, for processes that are made to be killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dgxblock.registry import adapters
from dgxblock.registry import contract as c
from dgxblock.registry.adapters.file import FileDrop

NAME, NUMBER = "周敏", "441900199001011231"
IDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(9)]


def drop(folder: Path, **options: Any) -> FileDrop:
    (folder / "journal").mkdir(parents=True, exist_ok=True)
    given = {"directory": str(folder), "format": "csv", **options}
    return FileDrop(adapters.Registry("city", adapter="file", batch_max=200, deadline_seconds=2.0, options=given))


def item(place: int = 0, /, *, seq: int = 1, scheme: str = "dg-coach", **person: str) -> adapters.Item:
    document = {
        "contract": "dgx-v1/result", "scheme": scheme, "result_id": IDS[place], "seq": seq, "previous_seq": seq - 1,
        "credential": {"code": "COACH-2", "name": "企业内部数字化教练", "level": "中级"},
        "result": {"outcome": "pass", "score": "85", "assessed_on": "2026-11-20", "assessor": "测试培训中心"},
        "person": {"name": NAME, "id_type": "CN-RIC", "id_no": NUMBER, **person},
    }  # fmt: skip
    content = c.canonical(document)
    return adapters.Item(c.Sent(IDS[place], seq, c.payload_sha256(content), seq - 1), f"op:{place}:{seq}", content)
