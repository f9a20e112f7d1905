"""Files are written whole, or not at all."""

import os
import secrets
import shutil
from pathlib import Path


def write(path: str | os.PathLike, content: bytes) -> None:
    """Write a file beside its place and move it there, so that a failure leaves what was there, and no half of a file."""
    place = Path(os.path.realpath(path))  # a link stays one
    draft = place.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        draft.touch(exist_ok=False)
        try:
            draft.write_bytes(content)
            if place.exists():
                shutil.copymode(place, draft)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # name the user's file, not the draft
