"""Where results go: what a command has to say goes in, a file or a stream is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NamedTuple

import click

import ccm_rules
from ccm_rules.bounded import open_device
from ccm_rules.documents.content import Content
from ccm_rules.formats.registry import Look, find
from ccm_rules.formats.terminal import harmless


class Output(NamedTuple):
    """Where a result goes, and in which form.

    Attributes:
        form: name of a format.
        file: the file to write, or ``None`` for standard output.
        no_color: use no colour on a terminal either.
    """

    form: str = "text"
    file: str | None = None
    no_color: bool = False

    @property
    def bare(self) -> bool:
        """Whether nobody sees it at once as text, so that remarks are made apart."""
        return self.form != "text" or self.file is not None


def publish(content: Content, out: Output, inputs: Iterable[str] = ()) -> None:
    """Write what a command has to say.

    Args:
        content: its document; see `ccm_rules.formats.registry.SETS`.
        out: where it goes.
        inputs: files that may not be replaced.

    Raises:
        click.UsageError: a binary format would be written to a terminal.
        CcmError: see `emit`; or a library that the format needs is not installed.
    """
    format_ = find(out.form)
    if format_.binary and out.file is None and sys.stdout.isatty():
        raise click.UsageError(f"{out.form} is no text for a terminal; name a file with --output")
    emit(format_.written(content, look(out)), out.form, out.file, inputs)


def look(out: Output) -> Look:
    """What text is written for: a terminal, a pipe or a file."""
    if out.file is not None:
        return Look()
    stream = sys.stdout
    colour = (
        not out.no_color
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
        and stream.isatty()
    )
    return Look(colour, stream.encoding or "utf-8")


def remark(notes: Iterable[str]) -> None:
    """Say on standard error what the chosen form has no place for."""
    for note in notes:
        click.echo(f"note: {harmless(note)}", err=True)


def emit(
    written: str | bytes, form: str, output: str | None, inputs: Iterable[str] = ()
) -> None:
    """Write a result to standard output, or to a file whole or not at all.

    All but text is UTF-8 whatever the terminal's encoding.

    Raises:
        CcmError: the file cannot be written; what was there before stays.
    """
    data = encoded(written)
    if output is not None:
        to_file(data, output, inputs)
        return
    try:
        if form == "text" and isinstance(written, str):
            sys.stdout.write(written)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()  # who stops reading has read enough; the exit code stays true
    except OSError as error:
        _silence()
        raise ccm_rules.CcmError(
            f"standard output cannot be written: {error.strerror or error}"
        ) from None


def encoded(written: str | bytes) -> bytes:
    """What a format has written, as a file holds it."""
    return written if isinstance(written, bytes) else written.encode("utf-8", "backslashreplace")


def _silence() -> None:
    """Keep Python from flushing a broken stream once more at its end."""
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(null)


def _is_of_rules(place: str) -> bool:
    """Whether a file is a rule or what stands beside the rules; no command writes such files."""
    folder = os.path.dirname(place)
    homes = (folder, os.path.dirname(folder))
    return place.endswith(".toml") and any(
        os.path.exists(os.path.join(home, "vocabulary.toml")) for home in homes
    )


def to_file(data: bytes, output: str, inputs: Iterable[str] = ()) -> None:
    """Write a file whole or not at all.

    Raises:
        CcmError: the file cannot be written; what was there before stays.
    """
    import tempfile

    place = os.path.realpath(output)
    temporary = None
    try:
        if os.path.isdir(place):
            raise ccm_rules.CcmError(f"{output}: is a directory; nothing was written")
        if os.path.exists(place):
            if _is_of_rules(place):
                raise ccm_rules.CcmError(
                    f"{output}: is one of the files of a rules directory; nothing was written"
                )
            if any(os.path.exists(name) and os.path.samefile(name, place) for name in inputs):
                raise ccm_rules.CcmError(
                    f"{output}: is one of the facts files; nothing was written"
                )
            if not os.path.isfile(place):  # a device or a pipe cannot be replaced
                with open(open_device(place), "wb") as device:
                    device.write(data)
                return
            with open(place, "ab"):  # a file that may not be written is not replaced either
                mode = os.stat(place).st_mode & 0o7777
        else:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(place), prefix=".ccm-check-", delete=False
        ) as stream:
            temporary = stream.name
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, place)
        temporary = None
    except OSError as error:
        raise ccm_rules.CcmError(
            f"{output}: cannot be written: {error.strerror or error}; the old one is whole"
        ) from None
    finally:
        if temporary is not None:
            import contextlib

            with contextlib.suppress(OSError):
                os.unlink(temporary)
