"""People in every state: a principal who handed over in June, a school without a working account, one whose new clerk
has not set her password yet, an account switched off. All of them are invented (演示数据)."""

import datetime
from typing import TYPE_CHECKING

from base import clock
from reports.demo.district import PASSWORD
from schools import actions
from schools.models import Post, Role, Unit

if TYPE_CHECKING:
    from reports.demo.seed import Demo

HANDED_OVER = datetime.date(2025, 6, 18)
LEFT = datetime.date(2025, 7, 2)
NOTE = "演示数据：台账在教务处文件柜；骨干教师名册 5 月刚重新核过，退回的项目请对照名册改。"


def hand_over(demo: "Demo") -> None:
    """The school two of whose items will come back has a new principal; who handed over keeps nothing but the past."""
    unit = demo.schools[4]
    post = Post.objects.with_place().get(unit=unit, role=Role.PRINCIPAL)
    newcomer = actions.NewPerson("林新任", f"{unit.code.lower()}-successor")
    with clock.pinned(HANDED_OVER):
        _, ticket = actions.hand_over(post, to=newcomer, note=NOTE, disables=True, by=demo.people["admin"])
        assert ticket is not None
        demo.people[f"{unit.code.lower()}-principal"] = actions.accept(ticket.token, password=PASSWORD)


def lose_accounts(demo: "Demo") -> None:
    """The last two schools: both people of each have gone; for one a new clerk is invited. An officer has retired."""
    *_, gone, invited = demo.schools
    with clock.pinned(LEFT):
        for unit in (gone, invited):
            for user in (demo.clerk(unit), demo.principal(unit)):
                actions.disable(user, reason="演示数据：调离本校", by=demo.people["admin"])
        actions.disable(demo.officer("finance", 2), reason="演示数据：退休", by=demo.people["admin"])
        _invite_clerk(demo, invited)


def _invite_clerk(demo: "Demo", unit: Unit) -> None:
    newcomer = actions.NewPerson("何待启", f"{unit.code.lower()}-clerk-2")
    actions.invite_new(newcomer, role=Role.CLERK, district=demo.district, unit=unit, by=demo.people["admin"])
