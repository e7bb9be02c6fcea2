"""For any WSGI server: `gunicorn wsgi:app`."""

import sys

from portal import create_app
from portal.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))
