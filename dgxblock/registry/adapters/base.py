"""What an adapter is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from dgxblock.registry.contract import Key, Outcome, Sent, Settlement

__all__ = ["Capabilities", "Item", "Known", "Lookup", "Page", "Registry", "RegistryAdapter", "Reply", "Sending"]


@dataclass(frozen=True, slots=True)
class Registry:
    """Where and how to speak to one registry. Times are in seconds.

    Attributes:
        slug: its name in the settings.
        base_url: without a slash at the end; empty where the adapter needs none.
        sign_keys: our keys that are valid now; every request carries a signature of each.
        adapter: the name of an adapter.
        verify_keys: the registry's keys that are valid now; a callback is believed under any of them.
        requests_per_second: how fast this registry may be spoken to, all pumps together.
        burst: how many requests may follow each other at once after a pause.
        batch_max: how many results may travel in one request; the adapter's own limit counts too.
        sandbox: whether this is no real registry, so that invented trainees may go there.
        options: the settings' entry as it is, for whatever else an adapter asks for.
    """

    slug: str
    base_url: str = ""
    sign_keys: tuple[Key, ...] = field(default=(), repr=False)
    quiet_seconds: float = 60.0
    deadline_seconds: float = 10.0
    base_seconds: float = 5.0
    verify_url: str = ""
    ca: str | None = None
    client_cert: tuple[str, str] | None = None
    adapter: str = "rest"
    verify_keys: tuple[Key, ...] = field(default=(), repr=False)
    requests_per_second: float = 20.0
    burst: int = 20
    batch_max: int = 1
    sandbox: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def lease_seconds(self) -> float:
        """How long one pump may hold a row: twice the deadline, and time to write the outcome down."""
        return 2 * self.deadline_seconds + 10


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a registry of this kind can do; what it cannot do is never asked of it.

    Attributes:
        put: it takes results. Without it nothing is ever sent: operations end as *shadowed*.
        lookup: it can be asked for a result by our own reference. Without it an unknown outcome waits for a person.
        batch_max: how many results one request may carry; 1 means that there are no batches.
        correct: a greater seq replaces what is held.
        revoke: certificates can be revoked and reinstated.
        list_since: it lists what changed.
        callback: it tells us by itself what changed.
        poll: a pending result is asked for again and again. Without it, it waits for what comes by itself.
    """

    put: bool = True
    lookup: bool = True
    batch_max: int = 1
    correct: bool = False
    revoke: bool = False
    list_since: bool = False
    callback: bool = False
    poll: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One operation to send: the frozen bytes, what its answer must repeat, and the day of issue of the certificate
    that there is already."""

    sent: Sent
    op_key: str
    content: bytes = field(repr=False)
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What one exchange came to for one item. Of the bytes only digests (hex) are kept."""

    outcome: Outcome
    http_status: int | None = None
    seconds: float = 0.0
    request_sha256: str = ""
    response_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What `RegistryAdapter.send` came to.

    Attributes:
        replies: one for each item, in the order of the items.
        strangers: references (``result_id``, ``seq``) that the registry answered about and nobody had sent.
        singly: the registry could not take these items together and stored none of them: send each by itself.
    """

    replies: tuple[Reply, ...]
    strangers: tuple[tuple[str, int], ...] = ()
    singly: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What we know when we look up.

    Attributes:
        rev: the highest revision of this result that was ever received.
        lagging: something was accepted less than ``quiet_seconds`` ago, so the answer may lag behind it.
        after_no: the operation was answered ``conflict``, ``state`` or ``stale``.
    """

    rev: int = 0
    lagging: bool = False
    after_no: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a look-up settles, and the exchange that it took."""

    settlement: Settlement
    http_status: int | None = None
    seconds: float = 0.0
    request_sha256: str = ""
    response_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what changed: receipts of the contract, the next cursor (None at the end), and up to when it is
    complete (an instant)."""

    receipts: tuple[Mapping[str, Any], ...]
    next_cursor: str | None
    complete_until: str


class RegistryAdapter(Protocol):
    """One registry, spoken to. Made by a call with its `Registry`; lives for one run of a pump."""

    contract: str
    """The name of what is spoken, such as ``dgx-v1``."""

    def capabilities(self) -> Capabilities:
        """What can be asked of it."""
        ...

    def check(self) -> list[str]:
        """One sentence for each setting that is missing or cannot be meant; sends nothing."""
        ...

    def build(self, document: Mapping[str, Any], /) -> bytes:
        """The bytes that will travel, from a valid document of contract v1. They are frozen before they do.

        Pure, but for the moment of issue where the form has one.
        """
        ...

    def send(self, items: Sequence[Item], /) -> Sending:
        """Send once. Never raises for what the network or the registry does: what is not known is unknown.

        Args:
            items: one, or up to ``batch_max`` of kind ``issue``.
        """
        ...

    def lookup(self, item: Item, known: Known, /) -> Lookup:
        """Ask what the registry holds under the item's reference. Never raises either."""
        ...

    def list_since(self, since: str, cursor: str | None = None, /) -> Page | Outcome:
        """A page of what changed since an instant, or what kept it from us."""
        ...

    def manifest(self, day: str, /) -> Mapping[str, Any] | Outcome:
        """The manifest of one day (``YYYY-MM-DD`` in the registry's zone), or what kept it from us."""
        ...

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: float, /) -> Mapping[str, Any]:
        """The receipt that a callback tells, after its signature was verified over the raw bytes.

        Raises:
            dgxblock.registry.contract.Refused: it is not to be believed.
            dgxblock.registry.contract.Malformed: it is the registry's, and makes no sense.
        """
        ...
