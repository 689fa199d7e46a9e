"""Figures in workbooks: a school's form, a section's schools × items; written, read back and checked.

``layout`` says what they look like. ``writing`` and ``commenting`` make them; they alone import openpyxl, so views and
jobs import these two when a workbook is wanted. ``reading`` takes one apart, ``checking`` asks the actions what saving
it would do, ``uploads`` keeps what was brought in until it is confirmed.
"""
