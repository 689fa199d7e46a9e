"""What comes in with a request."""

from django import forms


class PageForm(forms.Form):
    """``?page=2``; the first without it."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


class ReadForm(forms.Form):
    """``open=1``: go on to the page that the message is about."""

    open = forms.BooleanField(required=False)
