#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_plan.settings")
    from django.core.management import execute_from_command_line

    from base import origin

    origin.begin(f"命令 {''.join(sys.argv[1:2])}")
    execute_from_command_line(sys.argv)
