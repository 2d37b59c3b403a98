"""Who a visitor can be. Everybody is invented; several real people went into each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dgxblock.i18n import gettext as _
from dgxblock.registry.contract import id_number_fits

__all__ = ["PEOPLE", "Papers", "Person", "about", "of_user", "papers", "person"]


@dataclass(frozen=True, slots=True)
class Person:
    """`role` is ``trainee``, ``author`` or ``staff``; `name` is as the gradebook has it."""

    username: str
    name: str
    latin: str
    role: str
    born: str = ""
    firm: str = ""

    def shown_name(self, language: str) -> str:
        return self.name if language == "zh-CN" else self.latin


PEOPLE: Final = (
    Person("zhou-min", "周敏", "Zhou Min", "trainee", "19870214", "A厂（演示）"),
    Person("lin-xiao", "林晓", "Lin Xiao", "trainee", "19911108", "B厂（演示）"),
    Person("he-qiang", "何强", "He Qiang", "trainee", "19960623", "C厂（演示）"),
    Person("demo-author", "案例作者", "Case author", "author"),
    Person("demo-staff", "教务老师", "Training staff", "staff"),
    Person("demo-lead", "教务主管", "Head of training", "staff"),
)


def person(username: str, /) -> Person | None:
    return next((one for one in PEOPLE if one.username == username), None)


def of_user(user: Any, /) -> Person | None:
    """The person that a logged-in Django user is; None for anybody else."""
    return person(user.username) if getattr(user, "is_authenticated", False) else None


def about(who: Person, /) -> str:
    """One line on the home page."""
    return {
        "zhou-min": _("Production manager at Plant A, knows Line 1 by heart."),
        "lin-xiao": _("Quality engineer at Plant B, likes to check every figure."),
        "he-qiang": _("Owner’s son at Plant C, new to the shop floor."),
        "demo-author": _("Picks a case from the library, sets tries and the pass mark."),
        "demo-staff": _("See who is where, and what became of each result on its way to the registry."),
        "demo-lead": _("Approve what a colleague has asked for: some things take two."),
    }[who.username]


@dataclass(frozen=True, slots=True)
class Papers:
    """An invented identity to fill the certificate form with, so that nobody uses their own."""

    name: str
    id_no: str
    phone: str
    firm: str


def papers(who: Person, account: int, /) -> Papers:
    """Papers for an account. 44 99 99 is the code of no place, so the number is nobody's."""
    first = f"449999{who.born}{account % 1000:03d}"
    check = next(c for c in "0123456789X" if id_number_fits("CN-RIC", first + c))
    return Papers(who.name, first + check, "13800138000", who.firm)
