"""Reads workbooks in forked children under limits, as a broker does, and says what each reading cost.

Started by `Nursery`; over its pipes go frames of a length and bytes.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

ADDRESS_SPACE = 256 * 1024 * 1024


@dataclass(frozen=True)
class Reading:
    """The answer, and what it cost: seconds of processor time, and megabytes at the peak."""

    answer: dict[str, Any]
    seconds: float
    megabytes: float


class Nursery:
    """A process that has the reader loaded and forks for each file."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.builders.reading_process"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # whatever is printed breaks the frames
        )

    def read(self, header: dict[str, Any], data: bytes) -> Reading:
        assert self._process.stdin is not None and self._process.stdout is not None
        _send(self._process.stdin, json.dumps(header).encode())
        _send(self._process.stdin, data)
        return Reading(**json.loads(_receive(self._process.stdout)))

    def close(self) -> None:
        self._process.communicate(timeout=10)


def _send(out: Any, data: bytes) -> None:
    out.write(struct.pack("<L", len(data)) + data)
    out.flush()


def _receive(source: Any) -> bytes:
    head = source.read(4)
    if len(head) < 4:
        raise EOFError
    data: bytes = source.read(struct.unpack("<L", head)[0])
    return data


def _child(header: dict[str, Any], data: bytes, out: BinaryIO) -> None:
    from dgxblock.lab.workbook import read_job

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
    out.write(json.dumps(read_job(header, data)).encode())
    out.close()


def main() -> None:
    import dgxblock.lab.workbook

    assert dgxblock.lab.workbook
    while True:
        try:
            header, data = json.loads(_receive(sys.stdin.buffer)), _receive(sys.stdin.buffer)
        except EOFError:
            return
        source, target = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(source)
            _child(header, data, os.fdopen(target, "wb"))
            os._exit(0)
        os.close(target)
        with os.fdopen(source, "rb") as answers:
            answer = answers.read()
        _pid, status, used = os.wait4(child, 0)
        shown = json.loads(answer) if answer else {"died": status}
        cost = {"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}
        _send(sys.stdout.buffer, json.dumps({"answer": shown, **cost}).encode())


if __name__ == "__main__":
    main()
