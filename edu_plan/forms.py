"""What comes in with a request."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import url_has_allowed_host_and_scheme


class NextForm(forms.Form):
    """``next``: an address of this site to go on to."""

    next = forms.CharField(required=False, max_length=300)

    def clean_next(self) -> str:
        address: str = self.cleaned_data["next"]
        if address and not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
            raise ValidationError("地址不在本系统内。")
        return address


class PageForm(forms.Form):
    """``?page=2``; the first without it."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


class ReadForm(forms.Form):
    """``open=1``: go on to the page that the message is about."""

    open = forms.BooleanField(required=False)
