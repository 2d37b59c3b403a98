"""Keys of the contract: a shared secret (HMAC, ``v1``) or a pair (Ed25519, ``v1a``; SM2, ``v1g``), written as text."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dgxblock.registry.contract import gm

__all__ = ["Key", "KeyProblem"]

_VERSIONS: Final = {"whsec": "v1", "whsk": "v1a", "whpk": "v1a", "whgk": "v1g", "whgp": "v1g"}
_LENGTHS: Final = {"whsk": 32, "whpk": 32, "whgk": gm.PRIVATE_BYTES, "whgp": gm.PUBLIC_BYTES}


class KeyProblem(ValueError):
    """A text that is no key. It never repeats the text."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `kind` is ``whsec`` (shared secret), ``whsk`` (32-byte seed), ``whpk`` (public), and of SM2
    ``whgk`` (private and public) or ``whgp`` (public)."""

    kind: str
    material: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str, /) -> Key:
        """Read ``whsec_…``, ``whsk_…``, ``whpk_…``, ``whgk_…`` or ``whgp_…``, each followed by base64.

        Raises:
            KeyProblem: another prefix, no base64, or a length that the algorithm does not have.
        """
        kind, separator, encoded = text.strip().partition("_")
        if not separator or kind not in _VERSIONS:
            raise KeyProblem("a key begins with whsec_, whsk_, whpk_, whgk_ or whgp_")
        try:
            material = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise KeyProblem("what follows the prefix of a key is base64") from None
        # Standard Webhooks: secrets have 24 to 64 bytes.
        if kind == "whsec" and not 24 <= len(material) <= 64:
            raise KeyProblem("a shared secret has 24 to 64 bytes")
        if kind != "whsec" and len(material) != _LENGTHS[kind]:
            raise KeyProblem("an Ed25519 key has 32 bytes; an SM2 key has 96, of which 64 are public")
        return cls(kind, material)

    @property
    def version(self) -> str:
        """``v1``, ``v1a`` or ``v1g``, as it stands before the comma of a signature."""
        return _VERSIONS[self.kind]

    @property
    def text(self) -> str:
        """The key as `parse` reads it. Secret for ``whsec``, ``whsk`` and ``whgk``."""
        return f"{self.kind}_{base64.b64encode(self.material).decode('ascii')}"

    def public(self) -> Key:
        """What the other side may hold: the public half of a seed; a shared secret is its own."""
        if self.kind == "whgk":
            return Key("whgp", self.material[32:])
        if self.kind != "whsk":
            return self
        return Key("whpk", Ed25519PrivateKey.from_private_bytes(self.material).public_key().public_bytes_raw())

    def sign(self, message: bytes, /) -> str:
        """One signature, ``version,base64``.

        Raises:
            KeyProblem: a public key signs nothing, and SM2 needs the extra ``gm``.
        """
        if self.kind in ("whpk", "whgp"):
            raise KeyProblem("a public key signs nothing")
        if self.kind == "whsec":
            raw = hmac.digest(self.material, message, hashlib.sha256)
        elif self.kind == "whgk":
            raw = self._sm2(message)
        else:
            raw = Ed25519PrivateKey.from_private_bytes(self.material).sign(message)
        return f"{self.version},{base64.b64encode(raw).decode('ascii')}"

    def _sm2(self, message: bytes) -> bytes:
        try:
            return gm.sign(self.material, message)
        except (RuntimeError, ValueError) as error:
            raise KeyProblem(str(error)) from None

    def verifies(self, version: str, signature: bytes, message: bytes, /) -> bool:
        """Whether the raw signature, claimed to be of `version`, is this key's over the message."""
        # The version decides, not the key: else a public key, which everybody knows, would serve as an HMAC secret.
        if version != self.version:
            return False
        if self.kind == "whsec":
            return hmac.compare_digest(signature, hmac.digest(self.material, message, hashlib.sha256))
        if self.version == "v1g":
            return gm.verifies(self.public().material, signature, message)
        try:
            Ed25519PublicKey.from_public_bytes(self.public().material).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
