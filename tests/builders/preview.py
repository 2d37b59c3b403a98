"""A preview as an author starts it, in a process of its own, and a browser that only reads."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOON = 2.0
"""Seconds within which a saved file is on the page."""


@dataclass
class Answer:
    status: int
    text: str
    url: str


@dataclass
class Preview:
    """A running preview. `home` is where its temporary folder lies."""

    process: subprocess.Popen[str]
    line: str
    home: Path

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.line)
        assert found, self.line
        return found[0]

    def ask(self, path: str, data: Any = None, /, *, method: str | None = None, **headers: str) -> Answer:
        """What the server says to a request; `data` is sent as JSON."""
        body = None if data is None else json.dumps(data).encode()
        url = path if path.startswith("http") else self.url + path.removeprefix("/")
        request = urllib.request.Request(url, body, method=method, headers={"Content-Type": "application/json"})
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode(), answer.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), url)

    def where(self, file: str, /, lang: str = "en", variant: int = 0) -> str:
        """The address of the page of a document, from the list of them."""
        listed = self.ask(f"{lang}/{variant}/").text
        found = re.search(rf"<code>{re.escape(file)}</code></p>\s*<p><a href=\"([^\"]+)\"", listed)
        assert found, listed
        return found[1]

    def page(self, file: str, /, lang: str = "en", variant: int = 0) -> str:
        answer = self.ask(self.where(file, lang, variant))
        assert answer.status == 200
        return answer.text

    def post(self, page: str, handler: str, data: Any, /) -> Any:
        """A handler of the document at the address `page`, as its script calls it; answers with what it says."""
        head, usage = page.strip("/").rsplit("/", 1)
        return json.loads(self.ask(f"{head}/handler/{usage}/{handler}/", data).text)

    def soon(self, file: str, words: str, /) -> str:
        """The page once it says `words`, which must be soon."""
        until = time.monotonic() + SOON
        while words not in (text := self.page(file)):
            assert time.monotonic() < until, f"{words!r} is not on the page"
            time.sleep(0.05)
        return text

    def end(self, signum: int = signal.SIGINT) -> tuple[int, str]:
        """The exit status, and all that was said on the way out."""
        self.process.send_signal(signum)
        said = "".join(self.process.communicate(timeout=10))
        return self.process.returncode, said


def start(folder: Path, home: Path, /, *options: str) -> subprocess.Popen[str]:
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "dgxblock", "cases", "preview", str(folder), *options]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    environment |= {"TMPDIR": str(home), "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@contextmanager
def preview(folder: Path, home: Path, /, *options: str) -> Iterator[Preview]:
    """A preview that has said where it listens."""
    process = start(folder, home, *options)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise AssertionError("".join(process.communicate(timeout=10)))
        yield Preview(process, line, home)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
