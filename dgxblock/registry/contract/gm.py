"""SM2 with SM3 (GB/T 32918, GB/T 32905), for registries that ask for the national algorithms: the extra ``gm``.

The signer's identifier is the usual ``1234567812345678``, a signature is r and s in DER (GM/T 0009), a public key the
64 bytes x and y.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["PRIVATE_BYTES", "PUBLIC_BYTES", "available", "sign", "verifies"]

PRIVATE_BYTES: Final = 96  # 32 of the private key, 64 of the public one that belongs to it
PUBLIC_BYTES: Final = 64
_MOST_SIGNATURE: Final = 72


def available() -> bool:
    """Whether the extra is installed."""
    return _library() is not None


def sign(private: bytes, message: bytes, /) -> bytes:
    """The signature, in DER.

    Raises:
        RuntimeError: the extra is not installed.
        ValueError: a key that is none.
    """
    library = _library()
    if library is None:
        raise RuntimeError("install dgxblock[gm] to sign with SM2")
    try:
        found: bytes = library.sm2_sign(private[:32], private[32:], message)
    except (library.InvalidValueError, library.GmsslInnerError):
        raise ValueError("no SM2 key") from None
    return found


def verifies(public: bytes, signature: bytes, message: bytes, /) -> bool:
    """Whether the signature is this key's. Without the extra nothing is."""
    library = _library()
    if library is None or not 8 <= len(signature) <= _MOST_SIGNATURE:
        return False
    try:
        return bool(library.sm2_verify(library.normalize_sm2_public_key(public), message, signature))
    except (library.InvalidValueError, library.GmsslInnerError):
        return False


def _library() -> Any:
    try:
        import gmssl_pyx
    except ImportError:
        return None
    return gmssl_pyx
