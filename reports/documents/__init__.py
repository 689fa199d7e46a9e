"""The files of a published edition: Word, Excel, PDF and the audit pack (making.py says which, and keeps them).

Each reads the edition's stored content and nothing else, the pack excepted, which is made while the results that it
was published from still hold. The libraries that write them are imported when a file is made, never by a page.
"""
