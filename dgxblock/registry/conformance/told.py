"""Checks of what the registry tells by itself."""

from __future__ import annotations

import time

from dgxblock.i18n import N_
from dgxblock.i18n import gettext as _
from dgxblock.registry import contract as c
from dgxblock.registry.conformance.catalogue import check
from dgxblock.registry.conformance.client import Client, Fault, NotApplicable, hold
from dgxblock.registry.conformance.listener import Heard, listening


@check(
    "callback",
    N_("A change is told, signed, until it is heard"),
    N_(
        "POST the receipt with webhook-id rcpt:{result_id}:{rev}, Content-Digest and a signature of your callback key; "
        "after anything but 2xx repeat the same webhook-id and body with a new timestamp."
    ),
)
def callback(client: Client) -> None:
    agreed = client.agreed
    if agreed.listen is None or not agreed.registry_keys:
        raise NotApplicable(_("Give --listen and --registry-key, and let the registry call that address."))
    with listening(*agreed.listen) as listener:
        document = client.result()
        receipt = client.put(document).receipt()
        if receipt["outcome"] == "pending":
            agreed.say(_("Now decide %(id)s at the registry.", id=document["result_id"]))
        else:
            agreed.say(_("Now revoke %(id)s at the registry, by hand.", id=document["result_id"]))
        if not listener.wait(1, agreed.wait_seconds):
            raise NotApplicable(_("Nothing was heard within %(seconds)s s.", seconds=f"{agreed.wait_seconds:.0f}"))
        if not listener.wait(2, agreed.wait_seconds):
            raise Fault(_("a callback that was answered 503 was not repeated within %(seconds)s s",
                          seconds=f"{agreed.wait_seconds:.0f}"))  # fmt: skip
        first, second = listener.heard[:2]
    for one in (first, second):
        _believe(client, one)
    hold(
        first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"],
        _("the repetition has another webhook-id or body"),
    )
    told = c.loads(first.body)
    hold(told["result_id"] == document["result_id"], _("the callback is about another result"))
    hold(told["rev"] > receipt["rev"], _("rev did not rise"))


def _believe(client: Client, one: Heard, /) -> None:
    try:
        c.verify(client.agreed.registry_keys, one.headers, one.body, time.time())
    except c.Refused as refused:
        raise Fault(_("the callback is not believed: %(code)s", code=refused.code)) from None
    hold(
        c.content_digest_matches(one.headers.get("content-digest", ""), one.body),
        _("Content-Digest is missing or wrong"),
    )
    try:
        document = c.loads(one.body)
    except c.Malformed:
        raise Fault(_("the callback is no JSON document")) from None
    hold(not c.validate("receipt", document), _("the callback is no valid receipt"))
    hold(
        one.headers["webhook-id"] == c.callback_id(document["result_id"], document["rev"]),
        _("webhook-id is not rcpt:{result_id}:{rev}"),
    )
