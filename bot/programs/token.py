"""`outcry token`: make a token for a program; only its hash is for keeping."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence

from bot.remote.keyring import Scope, digest_of


def run_token(name: str, person: str, scopes: Sequence[str]) -> int:
    """Print a token once, and the configuration that lets it in; gives the exit code."""
    known = [scope.value for scope in Scope]
    wrong = [scope for scope in scopes if scope not in known]
    if wrong:
        sys.stderr.write(f"There is no scope {wrong[0]}; known: {', '.join(known)}.\n")
        return 2
    secret = f"oc_{secrets.token_urlsafe(32)}"
    sys.stdout.write(
        f"{secret}\n\n"
        "This is shown once. Put these lines into config.yaml and start the desk again:\n\n"
        "tokens:\n"
        f"  - name: {name}\n"
        f'    person: "{person}"\n'
        f"    scopes: [{', '.join(scopes)}]\n"
        f"    sha256: {digest_of(secret)}\n"
    )
    return 0
