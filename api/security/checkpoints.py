"""The end of the audit's chain as a signed text, to be kept on another machine."""

import json
from datetime import datetime

from jose import jwk, jws
from jose.exceptions import JOSEError

from api.domain.audit_chain import Checkpoint
from api.security.keys import Keys
from api.security.tokens import ALGORITHM, MOST_TOKEN

_TYPE = "tanfang-checkpoint"


class StatementRefused(Exception):
    """Not a checkpoint that this service has signed."""


def sign_checkpoint(keys: Keys, checkpoint: Checkpoint) -> str:
    said = {"position": checkpoint.position, "hash": checkpoint.hash.hex(), "at": checkpoint.at.isoformat()}
    headers = {"kid": keys.current, "typ": _TYPE}
    return jws.sign(said, keys.signing[keys.current], headers=headers, algorithm=ALGORITHM)


def read_checkpoint(keys: Keys, text: str) -> Checkpoint:
    """Raises StatementRefused for anything but a checkpoint under one of the service's keys, old ones included."""
    try:
        header = jws.get_unverified_header(text[:MOST_TOKEN])
        if header["typ"] != _TYPE:
            raise StatementRefused
        key = jwk.construct(keys.signing[header["kid"]], ALGORITHM).public_key()
        said = json.loads(jws.verify(text, key, algorithms=[ALGORITHM]))
        return Checkpoint(said["position"], bytes.fromhex(said["hash"]), datetime.fromisoformat(said["at"]))
    except (JOSEError, RecursionError, ValueError, TypeError, LookupError) as error:
        raise StatementRefused from error
