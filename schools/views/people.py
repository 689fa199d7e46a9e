"""人员: the people of her districts, for an administrator: who has an account, who has set her password, who is out."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base import clock
from schools import actions, factors, locks, rules
from schools.accounts import schools_without_account
from schools.actions import Ticket
from schools.forms import AddressForm, DisableForm, InviteForm, PeopleFilterForm, PickForm, ResetFactorForm
from schools.histories import life_of
from schools.models import AccountState, Post, User

PER_PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    districts = rules.people_districts(request.posts)
    form = PeopleFilterForm(request.GET, districts)
    if not form.is_valid():
        raise BadRequest("没有这样的筛选条件。")
    everybody = User.objects.kept_by(districts)
    found = with_posts(_filtered(everybody, form).order_by("name", "pk"))
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(found, PER_PAGE).get_page(form.cleaned_data["page"])
    context = {
        "form": form,
        "page": page,
        "may_invite": any(user.is_active for user in page),
        "query": query.urlencode(),
        "is_filtered": any(value for name, value in form.cleaned_data.items() if name != "page"),
        "waiting": everybody.in_state(AccountState.INVITED).count(),
        "locked": {lock.name: lock for lock in locks.locked_accounts(user.username for user in page)},
        "addresses": locks.locked_addresses(),
        "accounts": schools_without_account(districts),
    }
    return render(request, "schools/people.html", context)


def _filtered(people: "QuerySet[User]", form: PeopleFilterForm) -> "QuerySet[User]":
    text, state = form.cleaned_data["q"].strip(), form.cleaned_data["state"]
    if text:
        at = Post.objects.filter(unit__facts__name__icontains=text).values("user")
        people = people.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(pk__in=at))
    if form.post:
        people = people.filter(pk__in=Post.objects.filter(**form.post).values("user"))
    return people.in_state(state) if state else people


def with_posts(people: "QuerySet[User]") -> "QuerySet[User]":
    """``post_list`` of each: her posts with their places."""
    return people.prefetch_related(Prefetch("posts", Post.objects.with_place(), to_attr="post_list"))


@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Her posts, the state of her account, what happened to it."""
    return _person_page(request, rules.person_or_404(request.posts, person), DisableForm())


def _person_page(
    request: HttpRequest, user: User, form: DisableForm, reset_form: ResetFactorForm | None = None
) -> HttpResponse:
    context = {
        "person": user,
        "posts": rules.posts_of(user),
        "invitation": user.invitations.open().first(),
        "now": clock.now(),
        "events": life_of(user),
        "form": form,
        "factor": factors.device_of(user),
        "reset_form": reset_form or ResetFactorForm(),
        "lock": next(iter(locks.locked_accounts([user.username])), None),
        "is_oneself": user == request.user,
    }
    return render(request, "schools/person.html", context, status=422 if form.errors or reset_form else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A new account and its invitation, whose link is shown once; ``?unit=&role=`` fill in what is known."""
    districts = rules.people_districts(request.posts)
    if request.method != "POST":
        known = PeopleFilterForm(request.GET, districts)
        form = InviteForm(districts=districts, initial=known.post if known.is_valid() else {})
        return render(request, "schools/invite.html", {"form": form})
    form = InviteForm(request.POST, districts=districts)
    if form.is_valid():
        try:
            return show_tickets(request, [actions.invite_new(form.person, by=request.user, **form.place)])
        except ValidationError as error:  # taken since the form was checked
            form.add_error(None, error)
    return render(request, "schools/invite.html", {"form": form}, status=422)


@never_cache
@require_POST
def invite_again(request: HttpRequest) -> HttpResponse:
    """New links for the ticked people: a first one that ran out, or a forgotten password."""
    form = PickForm(request.POST, rules.people_districts(request.posts))
    if not form.is_valid():
        messages.error(request, form.errors["person"][0])
        return redirect("schools:people")
    try:
        tickets = actions.invite_all(form.cleaned_data["person"], by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("schools:people")
    return show_tickets(request, tickets)


@require_POST
def disable(request: HttpRequest, person: int) -> HttpResponse:
    user = rules.person_or_404(request.posts, person)
    form = DisableForm(request.POST)
    if form.is_valid():
        try:
            actions.disable(user, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error("reason", error)
    if form.errors:
        return _person_page(request, user, form)
    messages.success(request, f"已停用{user.name}的账号；填报和审核记录都保留。")
    return redirect("schools:person", person)


@require_POST
def enable(request: HttpRequest, person: int) -> HttpResponse:
    user = rules.person_or_404(request.posts, person)
    actions.enable(user, by=request.user)
    messages.success(request, f"已恢复启用{user.name}的账号。")
    return redirect("schools:person", person)


@require_POST
def unlock(request: HttpRequest, person: int) -> HttpResponse:
    user = rules.person_or_404(request.posts, person)
    locks.unlock(user, by=request.user)
    messages.success(request, f"已解除锁定，{user.name}现在可以登录。")
    return redirect("schools:person", person)


@require_POST
def unlock_address(request: HttpRequest) -> HttpResponse:
    """An address belongs to no district: any administrator may, who knows whose office it is."""
    rules.people_districts(request.posts)
    form = AddressForm(request.POST)
    if not form.is_valid():
        raise BadRequest("没有这样的地址。")
    try:
        locks.unlock_address(form.cleaned_data["address"], by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"已解除锁定，{form.cleaned_data['address']} 现在可以登录。")
    return redirect("schools:people")


@require_POST
def reset_factor(request: HttpRequest, person: int) -> HttpResponse:
    """Her phone is lost."""
    user = rules.person_or_404(request.posts, person)
    form = ResetFactorForm(request.POST)
    if form.is_valid():
        try:
            factors.reset(user, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error("reason", error)
    if form.errors:
        return _person_page(request, user, DisableForm(), form)
    messages.success(request, f"已重置{user.name}的第二重验证：下次凭密码登录，再用新手机绑定。")
    return redirect("schools:person", person)


def show_tickets(request: HttpRequest, tickets: list[Ticket]) -> HttpResponse:
    """The links of invitations just made: the only time that anybody sees them."""
    people = {user.pk: user for user in with_posts(User.objects.filter(pk__in=[one.user.pk for one in tickets]))}
    slips = [
        {
            "person": people[ticket.user.pk],
            "url": request.build_absolute_uri(reverse("schools:welcome", args=[ticket.token])),
            "until": ticket.invitation.expires_at,
        }
        for ticket in tickets
    ]
    return render(request, "schools/tickets.html", {"slips": slips})
