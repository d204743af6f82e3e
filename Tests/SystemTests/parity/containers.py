"""One more form that the service is asked in: every part in a container of its own."""

import os
import secrets
import sys

# In this file's folder another `__main__` is the first on the path.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../deploy/containers"))

from engine import Engine  # noqa: E402,F401
from stack import made  # noqa: E402

from forms import Deployed  # noqa: E402

# Where requests come from, as a container sees it: the engine's network.
NETWORKS = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"


class Containers(Deployed):
    """Gateway, functions, PostgreSQL and the rest, as compose starts them."""

    def __init__(self, engine, settings):
        trusted = settings.get("TRUSTED_PROXIES")
        more = {"TRUSTED_PROXIES": f"{trusted},{NETWORKS}"} if trusted else {}
        project = f"orders-{secrets.token_hex(4)}"
        super().__init__("containers", made(engine, project, True, show=None, **{**settings, **more}))
