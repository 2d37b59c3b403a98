"""Result delivery, contract v1: what both sides of the wire must agree on, and nothing else.

Pure functions and data, no Django and no network: the sender (`dgxblock.registry`) and the sandbox registry
(`dgxblock.demo.sandbox`) share them, and the contract's own vectors and examples are their tests. The wire itself is
described in ``openapi.yaml`` and ``schemas/`` beside this file.
"""

from __future__ import annotations

from dgxblock.registry.contract.answers import (
    Answer,
    Outcome,
    Sent,
    Verdict,
    classify,
    document_or_outcome,
    not_sent,
    of_receipt,
    unknown,
)
from dgxblock.registry.contract.batch import (
    BATCH_TARGET,
    MAX_BATCH_BYTES,
    MAX_BATCH_LINES,
    batch_body,
    batch_key,
    classify_batch,
    split_batch,
)
from dgxblock.registry.contract.blind import blind_index, normalise_number
from dgxblock.registry.contract.documents import (
    MAX_ANSWER_BYTES,
    MAX_BODY_BYTES,
    Malformed,
    canonical,
    content_digest,
    content_digest_matches,
    loads,
    payload_sha256,
    request_content,
)
from dgxblock.registry.contract.identity import (
    belongs_elsewhere,
    check_character,
    id_number_fits,
    issued_as,
    passport_fits,
)
from dgxblock.registry.contract.keys import Key, KeyProblem
from dgxblock.registry.contract.lookup import Next, Settlement, compare, settle
from dgxblock.registry.contract.manifest import Manifest, manifest
from dgxblock.registry.contract.names import (
    Operation,
    callback_id,
    op_key,
    parse_op_key,
    result_target,
    revocation_target,
)
from dgxblock.registry.contract.problems import (
    MEDIA_TYPE,
    PROBLEMS,
    Owner,
    ProblemClass,
    ProblemType,
    Scope,
    owner_of,
    problem,
    problem_code,
)
from dgxblock.registry.contract.retry import MAX_PAUSE_SECONDS, retry_after
from dgxblock.registry.contract.schemas import SCHEMAS, SchemaError, rule_errors, validate
from dgxblock.registry.contract.signatures import CLOCK_SECONDS, Refused, sign, signed_headers, verify

__all__ = [
    "BATCH_TARGET",
    "CLOCK_SECONDS",
    "MAX_ANSWER_BYTES",
    "MAX_BATCH_BYTES",
    "MAX_BATCH_LINES",
    "MAX_BODY_BYTES",
    "MAX_PAUSE_SECONDS",
    "MEDIA_TYPE",
    "PROBLEMS",
    "SCHEMAS",
    "Answer",
    "Key",
    "KeyProblem",
    "Malformed",
    "Manifest",
    "Next",
    "Operation",
    "Outcome",
    "Owner",
    "ProblemClass",
    "ProblemType",
    "Refused",
    "SchemaError",
    "Scope",
    "Sent",
    "Settlement",
    "Verdict",
    "batch_body",
    "batch_key",
    "belongs_elsewhere",
    "blind_index",
    "callback_id",
    "canonical",
    "check_character",
    "classify",
    "classify_batch",
    "compare",
    "content_digest",
    "content_digest_matches",
    "document_or_outcome",
    "id_number_fits",
    "issued_as",
    "loads",
    "manifest",
    "normalise_number",
    "not_sent",
    "of_receipt",
    "op_key",
    "owner_of",
    "parse_op_key",
    "passport_fits",
    "payload_sha256",
    "problem",
    "problem_code",
    "request_content",
    "result_target",
    "retry_after",
    "revocation_target",
    "rule_errors",
    "settle",
    "sign",
    "signed_headers",
    "split_batch",
    "unknown",
    "validate",
    "verify",
]
