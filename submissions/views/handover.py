"""When a principal or a clerk changes: who comes, what is pending, in one step. For an administrator."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from schools import actions
from schools.forms import HandoverForm
from schools.models import Post
from schools.rules import people_districts, school_post_or_404
from schools.views.people import show_tickets
from submissions.asking import asking_of
from submissions.handover import pending_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, post: int) -> HttpResponse:
    """``post`` is the leaver's. A newcomer without a password gets an invitation, whose link is shown once."""
    held = school_post_or_404(request.posts, post)
    form = HandoverForm(request.POST if request.method == "POST" else None, held, people_districts(request.posts))
    if request.method != "POST" or not form.is_valid():
        return _page(request, held, form)
    data = form.cleaned_data
    try:
        made, ticket = actions.hand_over(
            held, to=form.to, note=data["note"], disables=data.get("disables", False), by=request.user
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, held, form)
    messages.success(request, f"{made.unit}的{made.get_role_display()}已由{made.leaver}交接给{made.comer}。")
    return show_tickets(request, [ticket]) if ticket else redirect("schools:person", made.comer_id)


def _page(request: HttpRequest, post: Post, form: HandoverForm) -> HttpResponse:
    context = {
        "post": post,
        "form": form,
        "pending": pending_of(asking_of(post.district), [post.unit])[post.unit_id],
        "others": [one for one in post.user.posts.with_place() if one.pk != post.pk],
    }
    return render(request, "submissions/handover.html", context, status=422 if request.method == "POST" else 200)
