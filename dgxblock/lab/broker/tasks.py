"""What the broker remembers of a client and of a child at work."""

from __future__ import annotations

import os
import socket
import struct
import sys
from typing import Final

from dgxblock.lab.broker.child import Child
from dgxblock.lab.jobs import Job

PATIENCE: Final = 10.0
"""A client may take so long to send its job, and as long to read the answer."""


class Task:
    """A client from its first byte to our last."""

    def __init__(self, link: socket.socket, now: float, /) -> None:
        self.link = link
        self.until = now + PATIENCE
        self.begun = bytearray()
        self.job: Job | None = None
        self.name = ""
        self.who = ""
        self.message = b""
        self.answer = bytearray()
        self.sending = memoryview(b"")


class Work:
    """A child with its task; the task goes when the client does, the child stays until it has ended."""

    def __init__(self, child: Child, task: Task, now: float, /) -> None:
        assert task.job is not None
        self.child = child
        self.task: Task | None = task
        self.job, self.name = task.job, task.name
        self.sending = memoryview(task.message)
        self.begun = now
        self.until = now + task.job.seconds
        self.answer = bytearray()


def is_ours(link: socket.socket, /) -> bool:
    """Whether this user (or root) is at the other end. Elsewhere than on Linux the folder's mode alone sees to that."""
    if sys.platform != "linux":
        return True
    credentials = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1] in {0, os.getuid()}
