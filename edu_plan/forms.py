"""Query strings."""

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
