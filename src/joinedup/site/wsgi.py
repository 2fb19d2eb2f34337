"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from joinedup.site.charsets import in_utf_8
from joinedup.site.workers import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "joinedup.site.settings")
# A worker that outlived a killed server would keep its port.
end_with_parent()
application = in_utf_8(get_wsgi_application())
