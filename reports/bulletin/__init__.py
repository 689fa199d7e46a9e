"""The half-year bulletin: its content as data (content.py says of what shape), with generated prose (prose/).

Everything in it comes from stored results. A draft is made anew as often as wanted; an edition never changes.
"""
