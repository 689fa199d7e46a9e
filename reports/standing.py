"""Where a bulletin stands on its way, in lists and on the desk of those whom it waits for."""

from collections.abc import Sequence

from base.templatetags.status import Mark
from reports import rules
from reports.models import Bulletin, Edition
from schools.models import District, Post

PUBLISHED = Mark("published", "已发布", "●", "on_track")
SENT = Mark("sent", "送签中", "▲", "at_risk")
RETURNED = Mark("returned", "被退回", "■", "behind")
DRAFT = Mark("draft", "草稿", "◆", "at_risk")
NONE = Mark("none", "未生成", "○", "idle")


def marks_of(bulletin: Bulletin | None, edition: Edition | None) -> list[Mark]:
    """``edition``: the newest one; another on its way stands behind it."""
    if bulletin is None:
        return [NONE]
    on_its_way = [SENT] if bulletin.is_in_review else [RETURNED] if bulletin.returned else []
    return ([PUBLISHED] if edition else []) + on_its_way or [DRAFT]


def waiting_for(posts: Sequence[Post], district: District) -> list[Bulletin]:
    """Bulletins of the district that wait for her: for her signature, or, sent back, to be changed. One query; nobody's
    content is read."""
    on_their_way = Bulletin.objects.filter(adoption__district=district).on_their_way()
    found = on_their_way.select_related("adoption__plan").defer("content").order_by("adoption", "period")
    return [one for one in found if not one.is_in_review or rules.may_publish(posts, one)]
