"""gunicorn reads this where it is started: its lines look like ours, and tell no addresses of people."""

import os

from base import logs

logconfig_dict = logs.config(os.environ.get("LOG_LEVEL", "INFO"))
