"""What comes in about people: filters, one account, a spreadsheet of accounts, a handover, a first password."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from base import clock
from schools import factors
from schools.actions import NewPerson
from schools.models import AT_SCHOOL, AccountState, District, Post, Role, Section, Unit, User
from schools.passwords import LONGEST, RULES

REASON_LENGTH = 200
NOTE_LENGTH = 500
MOST_BYTES = 5 * 1024 * 1024


def schools_of(districts: Iterable[District]) -> Any:
    """The schools that are open today."""
    open_now = Unit.objects.schools().filter(district__in=districts).open_on(clock.today())
    return open_now.with_facts().order_by("district", "code")


class PeopleFilterForm(forms.Form):
    """``?q=&unit=&section=&role=&state=&page=``."""

    q = forms.CharField(label="姓名、登录名或学校", required=False, max_length=60)
    unit = forms.ModelChoiceField(Unit.objects.none(), label="学校", required=False, empty_label="全部学校")
    section = forms.ModelChoiceField(Section.objects.none(), label="科室", required=False, empty_label="全部科室")
    role = forms.ChoiceField(label="角色", required=False, choices=[("", "全部角色"), *Role.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *AccountState.choices])
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, districts: list[District]) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = Unit.objects.schools().filter(district__in=districts).with_facts()
        self.fields["section"].queryset = Section.objects.filter(district__in=districts)

    @property
    def post(self) -> dict[str, Any]:
        """What is wanted of one of the person's posts."""
        return {name: self.cleaned_data[name] for name in ("unit", "section", "role") if self.cleaned_data[name]}


class InviteForm(forms.ModelForm):
    """One new account with its first post."""

    role = forms.ChoiceField(label="角色", choices=Role.choices)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="学校", required=False, empty_label="—", help_text="填报员、校长（园长）须选。"
    )
    section = forms.ModelChoiceField(
        Section.objects.none(), label="科室", required=False, empty_label="—", help_text="科室人员须选。"
    )
    district = forms.ModelChoiceField(District.objects.none(), label="区县", required=False, empty_label=None)
    sees_sensitive = forms.BooleanField(
        label="可看成绩类分校数据", required=False, help_text="只给确有需要的科室人员和局领导。"
    )

    class Meta:
        model = User
        fields = ["name", "username", "email"]
        help_texts = {
            "username": "登录时用，如姓名拼音或手机号；建好以后不要再改。",
            "email": "选填，催报邮件发到这里。",
        }

    field_order = ["name", "username", "role", "unit", "section", "district", "email", "sees_sensitive"]

    def __init__(self, *args: Any, districts: list[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = districts
        self.fields["unit"].queryset = schools_of(districts)
        self.fields["section"].queryset = Section.objects.filter(district__in=districts)
        self.fields["district"].queryset = District.objects.filter(pk__in=[one.pk for one in districts])
        if len(districts) == 1:
            del self.fields["district"]
        for name in ("username", "email"):
            self.fields[name].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        role = data.get("role")
        if role in AT_SCHOOL and "unit" in data and not data["unit"]:
            self.add_error("unit", "填报员、校长（园长）须选一所学校。")
        if role == Role.OFFICER and "section" in data and not data["section"]:
            self.add_error("section", "科室人员须选一个科室。")
        if data.get("sees_sensitive") and role not in (Role.OFFICER, Role.DIRECTOR):
            self.add_error("sees_sensitive", "只有科室人员和局领导（签发）可以有这项权限。")
        return data

    @property
    def person(self) -> NewPerson:
        data = self.cleaned_data
        return NewPerson(data["name"], data["username"], data["email"])

    @property
    def place(self) -> dict[str, Any]:
        """The post as ``give_post`` takes it; a place that the role has no use for is left out."""
        data = self.cleaned_data
        unit = data["unit"] if data["role"] in AT_SCHOOL else None
        section = data["section"] if data["role"] == Role.OFFICER else None
        at = unit or section
        return {
            "role": data["role"],
            "unit": unit,
            "section": section,
            "district": at.district if at else data.get("district") or self.districts[0],
            "sees_sensitive": data["sees_sensitive"],
        }


class PickForm(forms.Form):
    """``person``: the ids of people, ticked on a list."""

    person = forms.ModelMultipleChoiceField(
        User.objects.none(),
        error_messages={"required": "请先勾选人员。", "invalid_choice": "名单有变化，请刷新后再试。"},
    )

    def __init__(self, data: Any, districts: list[District]) -> None:
        super().__init__(data)
        self.fields["person"].queryset = User.objects.kept_by(districts)


class DisableForm(forms.Form):
    reason = forms.CharField(
        label="停用原因",
        max_length=REASON_LENGTH,
        help_text="如调离、退休。本人的填报和审核记录都保留。",
        error_messages={"required": "停用须写明原因。"},
    )


class AddressForm(forms.Form):
    address = forms.GenericIPAddressField()


class UploadForm(forms.Form):
    file = forms.FileField(
        label="表格文件",
        help_text="从模板填好的 .xlsx，也可以是 .xls 或 .csv（UTF-8、GBK）；不超过 5 MB、2,000 行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请先选择文件。", "empty": "文件是空的，请核对后再上传。"},
    )
    district = forms.ModelChoiceField(District.objects.none(), label="区县", empty_label=None)

    def __init__(self, *args: Any, districts: list[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.filter(pk__in=[one.pk for one in districts])
        if len(districts) == 1:
            del self.fields["district"]
        self.districts = districts

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(f"文件有 {file.size / 1024 / 1024:.1f} MB，最多 5 MB。请删去无关内容或分几次上传。")
        return file

    @property
    def chosen_district(self) -> District:
        return self.cleaned_data.get("district") or self.districts[0]


class ConfirmForm(forms.Form):
    """``rows``: what was previewed, signed."""

    rows = forms.CharField()


class HandoverForm(forms.Form):
    """Who comes: a person who has an account already, or a new one."""

    comer = forms.ModelChoiceField(
        User.objects.none(), label="接手人已有账号", required=False, empty_label="没有，新建账号（填下面三项）"
    )
    name = forms.CharField(label="新接手人姓名", required=False, max_length=40)
    username = forms.CharField(
        label="新接手人登录名",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.EmailField(label="新接手人电子邮件", required=False, help_text="选填。")
    note = forms.CharField(
        label="交接说明",
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="接手人会看到，如台账在哪里、哪些数要重新核对。",
    )
    disables = forms.BooleanField(label="停用交出人的账号", required=False, initial=True)

    def __init__(self, data: Any, post: Post, districts: list[District]) -> None:
        super().__init__(data)
        self.post = post
        people = User.objects.kept_by(districts).filter(is_active=True, district=post.district)
        self.fields["comer"].queryset = people.exclude(pk=post.user_id).order_by("name", "pk")
        self.fields["comer"].label_from_instance = lambda user: f"{user.name}（{user.username}）"
        if post.user.posts.count() > 1:
            del self.fields["disables"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("comer"):
            if data.get("name") or data.get("username"):
                self.add_error("comer", "已选了现有账号，又填了新接手人：请只留一样。")
        elif "comer" in data:
            for name, what in (("name", "姓名"), ("username", "登录名")):
                if name in data and not data[name]:
                    self.add_error(name, f"新建账号须填{what}；接手人已有账号的，请在上面选。")
        return data

    @property
    def to(self) -> User | NewPerson:
        data = self.cleaned_data
        return data["comer"] or NewPerson(data["name"], data["username"], data["email"])


class FirstPasswordForm(SetPasswordForm):
    """Her own password, twice; the validators speak (schools/passwords.py)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hint in (("new_password1", "密码", RULES), ("new_password2", "再输一次", "")):
            field = self.fields[name]
            field.label, field.help_text = label, hint


class PresentPasswordForm(forms.Form):
    """Asks for it by the door itself: wrong ones count there (schools/locks.py)."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    request: HttpRequest

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.request.user.username, password=old) is None:
            raise ValidationError("现在的密码不对。", code="wrong")
        return old


class OwnPasswordForm(PresentPasswordForm, FirstPasswordForm):
    """A new password instead of the present one."""

    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(request.user, data)
        self.request = request
        self.fields["new_password1"].label = "新密码"


class CodeForm(forms.Form):
    """Six digits of the phone, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class FactorForm(PresentPasswordForm, CodeForm):
    """The first code of a new phone; with the present password where it takes the place of another. ``device`` is what
    the phone is given: that of the offer ``key`` which came back, or a new one."""

    field_order = ["code", "old_password"]

    def __init__(self, request: HttpRequest, data: Any = None, *, replaces: bool) -> None:
        super().__init__(data)
        self.request = request
        self.fields["code"].label = "App 上显示的 6 位数字"
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        if not replaces:
            del self.fields["old_password"]
        self.key = data.get("key", "") if data else ""
        device = factors.offered(request.user, self.key)
        self.is_stale = device is None
        if self.is_stale:
            self.key = factors.offer(request.user)
        self.device = device or factors.offered(request.user, self.key)

    def clean(self) -> None:
        if self.is_stale:
            self.add_error("code", "页面已过期，请重新扫描上面的二维码，再输入新的数字。")


class RenewCodesForm(PresentPasswordForm):
    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request


class ResetFactorForm(forms.Form):
    reason = forms.CharField(
        label="重置原因",
        max_length=REASON_LENGTH,
        help_text="如手机丢失、换号。先当面或打电话核实是本人。",
        error_messages={"required": "重置须写明原因。"},
    )
