"""Figures in workbooks: a school's form, a section's schools × items.

``layout`` says what they look like. ``writing`` makes them; it alone imports openpyxl, so views import it when one is
wanted.
"""
