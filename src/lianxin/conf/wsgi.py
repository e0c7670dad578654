"""WSGI entry point, served by Granian."""

import multiprocessing
import os
import sys

from django.core.wsgi import get_wsgi_application

from .serving import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
if (server := multiprocessing.parent_process()) is not None and server.pid is not None:
    die_with(server.pid)
# a thread that comes back from a query need not wait 5 ms for each of the others
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
