"""What was handed over to a registry, as far as its official files are compared with it."""

from __future__ import annotations

from functools import partial

from dgxblock.registry import conf, vault
from dgxblock.registry.contract import blind_index
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Achievement, Identity, Operation
from dgxblock.registry.official.matching import Found, Ours, match_all
from dgxblock.registry.official.profile import Line
from dgxblock.registry.states import OpState

__all__ = ["compared", "latest"]


def compared(slug: str, lines: list[Line], /) -> list[Found]:
    """What each line of a file of this registry is about (two queries).

    Raises:
        dgxblock.registry.conf.Unset: a key is not set.
    """
    number_of = partial(blind_index, conf.blind_index_key(), "certificate")
    known = Achievement.objects.filter(certificate_bidx__isnull=False).values_list("certificate_bidx", "pk")
    owners = {index: pk for index, pk in known.iterator() if index}
    return match_all(lines, _handed_over(slug), owners, _person, number_of)


def latest(achievement: Achievement, slug: str, /) -> Operation | None:
    """The last operation of a result that may have reached the registry."""
    rows = Operation.objects.filter(achievement=achievement, registry=slug, sends__gt=0)
    return rows.exclude(state=OpState.SUPERSEDED).order_by("-seq").first()


def _handed_over(slug: str, /) -> list[Ours]:
    rows = Operation.objects.filter(registry=slug, sends__gt=0, identity__isnull=False).exclude(
        state=OpState.SUPERSEDED
    )
    found: dict[int, Ours] = {}
    for row in rows.select_related("achievement", "scheme", "identity").order_by("seq").iterator(chunk_size=2000):
        achievement, scheme, identity = row.achievement, row.scheme, row.identity
        if identity is None:
            continue
        found[achievement.pk] = Ours(
            pk=achievement.pk, result_id=str(achievement.uuid), person=identity.id_bidx,
            credential=(achievement.credential_code, scheme.credential_name_zh), level=scheme.level_zh,
            assessed_on=(row.assessed_on or achievement.assessed_on).isoformat(),
            number=achievement.certificate_bidx or "", name=partial(_name, identity),
        )  # fmt: skip
    return list(found.values())


def _name(identity: Identity, /) -> str:
    try:
        return store.details(identity).name
    except vault.Closed:
        return ""


def _person(line: Line, /) -> str:
    return store.person_index(
        Details(name=line.name, id_type=line.id_type or "CN-RIC", id_no=line.id_no, phone="", enterprise="")
    )
