"""Which schools have nobody who can sign in, and whom to ask for."""

from collections.abc import Iterable
from dataclasses import dataclass

from base import clock
from schools.models import District, Unit


@dataclass(frozen=True, slots=True)
class Accounts:
    """Open schools without a working account: nobody invited, or invited and no password set."""

    uninvited: list[Unit]
    waiting: list[Unit]

    @property
    def total(self) -> int:
        return len(self.uninvited) + len(self.waiting)

    @property
    def words(self) -> str:
        """For a chat group; "" when every school has one."""
        lines = []
        if self.waiting:
            names = _listed("已邀请、还没有启用", self.waiting)
            lines.append(f"{names}。请打开邀请链接设置密码；链接过期的请回复，重新发。")
        if self.uninvited:
            names = _listed("还没有账号", self.uninvited)
            lines.append(f"{names}。请报填报员姓名和手机号，以便开通。")
        return "\n".join(["【账号提醒】以下学校还不能登录填报系统：", *lines]) if lines else ""


def schools_without_account(districts: Iterable[District]) -> Accounts:
    """Two queries."""
    schools = Unit.objects.schools().filter(district__in=districts).open_on(clock.today())
    found = list(schools.without_account().with_facts().order_by("district", "code"))
    return Accounts([unit for unit in found if not unit.invited], [unit for unit in found if unit.invited])


def _listed(what: str, units: list[Unit]) -> str:
    return f"{what}（{len(units)} 所）：{'、'.join(unit.name for unit in units)}"
