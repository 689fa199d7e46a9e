"""gunicorn reads this where it is started: where it listens; its lines look like ours, and tell
no addresses of people."""

import os

from base import logs

bind = os.environ.get("BIND", "127.0.0.1:8000")
logconfig_dict = logs.config(os.environ.get("LOG_LEVEL", "INFO"))
