"""Signing in, people, and their accounts from a spreadsheet."""
