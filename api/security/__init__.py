"""The service's own keys, its access tokens, its checkpoints of the audit, and who stands behind a token.

The only room that imports jose, whose defaults are not safe: here one algorithm, every claim required and
typed, the key chosen by ``kid``, nothing else in the header, a cap on the length, our own clock.
"""

from api.security.checkpoints import StatementRefused, read_checkpoint, sign_checkpoint
from api.security.keys import KeyFile, Keys, KeysRefused, load_keys, read_keys, rewrite_keys, write_keys
from api.security.sessions import authenticate
from api.security.tokens import Claims, Recent, Tokens

__all__ = [
    "Claims",
    "KeyFile",
    "Keys",
    "KeysRefused",
    "Recent",
    "StatementRefused",
    "Tokens",
    "authenticate",
    "load_keys",
    "read_checkpoint",
    "read_keys",
    "rewrite_keys",
    "sign_checkpoint",
    "write_keys",
]
