"""Start processes that end with us, and stop them for certain."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION = 0x20080522
CAP_DAC_OVERRIDE = 1

IS_LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None, use_errno=True) if IS_LINUX else None


class LocalError(Exception):
    """A local service cannot do its work; the message is one sentence for the person at the terminal."""


def die_with_parent(signal_number: int, parent: int) -> None:
    """Let the kernel send us this signal when our parent ends, however it ends (Linux)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), signal_number)


def become(uid: int, gid: int) -> None:
    """Give up root, but stay able to reach files that only root may reach.

    PostgreSQL refuses to run as root, and yet its program and data may lie below a folder like /root. One
    capability is carried over instead of opening that folder for everybody.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if _libc is not None:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        bit = 1 << CAP_DAC_OVERRIDE
        data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; twice 32 bits
        if _libc.capset(header, data) == 0:
            _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def start(
    arguments: Sequence[str | Path],
    *,
    output: IO[bytes] | int | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user: tuple[int, int] | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own that gets ``death_signal`` when we end.

    Must be called from the main thread: the kernel looks at the thread that started the process.
    """
    return subprocess.Popen(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        start_new_session=True,
        preexec_fn=_before_exec(user, death_signal, os.getpid()),  # noqa: PLW1509  (no threads here)
    )


def _before_exec(user: tuple[int, int] | None, death_signal: int, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        if user is not None:
            become(*user)
        die_with_parent(death_signal, parent)  # after the change of user, which clears it

    return prepare


def stop(process: subprocess.Popen[bytes], *, stop_signal: int = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask the process to end, wait ``patience`` seconds, then kill its whole group."""
    if process.poll() is None:
        signal_group_leader(process, stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def signal_group_leader(process: subprocess.Popen[bytes], signal_number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal_number)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and of its children."""
    # Nothing may be left (macOS says "not permitted" for a group of dead processes).
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], seconds: float = 30.0) -> bool:
    """Whether ``is_ready`` came true before the process ended and the time was over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if is_ready():
            return True
        time.sleep(0.05)
    return False


def last_lines(path: Path, count: int = 5) -> str:
    """The end of a log file, for error messages."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def private_folder(path: Path) -> Path:
    """Make ``path`` for us alone; refuse it when somebody else made it first."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise LocalError(f"{path} belongs to somebody else: remove it, or set OPENEVENT_VAR to another folder.")
    path.chmod(0o700)
    return path
