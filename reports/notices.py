"""What people are told about bulletins. A subject goes out by e-mail: it names no figure and no reason."""

from collections.abc import Iterable

from django.urls import reverse

from base import clock, outbox
from base.models import Level, Message
from reports.models import Bulletin
from schools.models import Post, Role, User


def tell_directors(bulletin: Bulletin) -> None:
    """One waits for a signature: whoever may give it."""
    posts = Post.objects.filter(role=Role.DIRECTOR, district=bulletin.adoption.district_id).select_related("user")
    signing = [post.user for post in posts if post.user_id not in (bulletin.drafted_by_id, bulletin.sent_by_id)]
    _tell(
        bulletin, f"sent:{bulletin.pk}:{bulletin.sent_at.isoformat()}", "已送签，等您签发", bulletin.correction, signing
    )


def tell_returned(bulletin: Bulletin, people: Iterable[User]) -> None:
    """A director wants it changed."""
    key = f"sent-back:{bulletin.pk}:{clock.now().isoformat()}"
    _tell(bulletin, key, "被退回，请修改后再送签", bulletin.returned, people)


def tell_redrafted(bulletin: Bulletin, sender: User) -> None:
    """What she sent was drafted anew before it was signed."""
    key = f"redrafted:{bulletin.pk}:{bulletin.drafted_at.isoformat()}"
    _tell(bulletin, key, "已重新生成，请看过再送签", "改写过的文字都在，数字是最新的。", [sender])


def _tell(bulletin: Bulletin, key: str, subject: str, body: str, people: Iterable[User]) -> None:
    url = reverse("reports:bulletin", args=[bulletin.adoption.plan.code, bulletin.period])
    columns = {"key": key, "subject": f"{bulletin.period.label}通报{subject}", "body": body, "url": url}
    at = clock.now()
    outbox.post(Message(to=one, level=Level.INFO, at=at, **columns) for one in people)
