"""Run several programs in the foreground: show what they say, restart what falls, stop all together.

Everything happens in one thread. Signals only set a flag; the loop acts on it.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

import psutil

from . import process
from .process import LocalError

MARK = "OPENEVENT_RUN"  # an environment variable that all programs of a run carry: the folder they belong to
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Make forwards SIGTERM, a terminal sends Ctrl-C to make and to us: one wish can arrive twice.
SAME_WISH = 1.0  # seconds
STEADY = 30.0  # a program that ran so long (seconds) starts with a clean record again
MOST_FALLS = 5
MOST_READS = 100  # of the pipes of programs, before it goes on
TICK = 0.5  # seconds between two looks at the programs, when none says anything
FIRST_DELAY = 0.5  # seconds until the first restart, doubled by each further one


@dataclass
class Program:
    """One program: how to start it, how to stop it, and how it has been doing."""

    name: str
    start: Callable[[int | None], subprocess.Popen[bytes]]  # takes the output to write to
    stop_signal: int = signal.SIGTERM
    patience: float = 10.0  # seconds between the polite signal and the end
    stage: int = 1  # higher stages are stopped first
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    falls: int = 0
    rest: bytes = field(default=b"", repr=False)  # the beginning of a line that is still being written


def command(
    arguments: Sequence[str | Path], *, environment: dict[str, str], folder: Path
) -> Callable[[int | None], subprocess.Popen[bytes]]:
    """How to start a program whose output we show."""
    return lambda output: process.start(arguments, output=output, environment=environment, folder=folder)


class Supervisor:
    """Holds the programs, and the terminal, until somebody wants to stop."""

    def __init__(self, *, out: TextIO = sys.stdout, is_parent_waiting: Callable[[], bool] | None = None) -> None:
        self.programs: list[Program] = []
        self.out = out
        self.selector = selectors.DefaultSelector()
        self.stop_asked_at: float | None = None
        self.is_forced = False
        self.problem = ""
        self.is_parent_waiting = is_parent_waiting or (lambda: False)

    # --- signals ---

    def listen(self) -> None:
        """From now on, the stop signals end the run instead of the process."""
        for number in STOP_SIGNALS:
            signal.signal(number, self.ask_to_stop)

    def ask_to_stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        now = time.monotonic()
        if self.stop_asked_at is None:
            self.stop_asked_at = now
        elif now - self.stop_asked_at > SAME_WISH:
            self.is_forced = True

    @property
    def is_stopping(self) -> bool:
        return self.stop_asked_at is not None

    # --- programs ---

    def add(self, program: Program) -> Program:
        """Start a program and look after it."""
        self.programs.append(program)
        self.start(program)
        return program

    def start(self, program: Program) -> None:
        reader, writer = os.pipe()
        try:
            program.process = program.start(writer)
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        os.set_blocking(reader, False)
        self.selector.register(reader, selectors.EVENT_READ, program)
        program.started_at = time.monotonic()
        program.restart_at = None

    def watch(self) -> None:
        """Stay until a stop signal comes or a program cannot be kept running; then stop everything.

        Raises LocalError when it was not the user who ended it.
        """
        while not self.is_stopping:
            self.step(TICK)
        self.stop_all()
        if self.problem:
            raise LocalError(self.problem)

    def step(self, seconds: float) -> None:
        """Show what was said meanwhile, and look after those who fell."""
        self.show_output(seconds)
        if self.is_parent_waiting():
            self.ask_to_stop()
        for program in self.programs:
            self.look_after(program)

    def look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.restart_at is not None:
            if now >= program.restart_at and not self.is_stopping:
                self.restart(program)
        elif program.process is not None and program.process.poll() is not None:
            self.note_fall(program, now)

    def restart(self, program: Program) -> None:
        try:
            self.start(program)
        except LocalError as error:
            self.say(program.name, str(error))
            self.note_fall(program, time.monotonic())

    def note_fall(self, program: Program, now: float) -> None:
        """Plan the restart of a program that ended by itself, or give up on it."""
        self.show_last_words()
        if program.process is not None:
            process.kill_group(program.process)
        program.falls = 1 if now - program.started_at > STEADY else program.falls + 1
        how = describe_exit(program.process.returncode if program.process else 1)
        if program.falls > MOST_FALLS:
            self.problem = f"{program.name} {how} {program.falls} times in a row: its last lines above say why."
            self.ask_to_stop()
            return
        delay = FIRST_DELAY * 2 ** (program.falls - 1)
        program.restart_at = now + delay
        self.say(program.name, f"{how}; starting it again in {delay:g} s")

    # --- the end ---

    def stop_all(self) -> None:
        """Stop the stages from the highest to the lowest, each politely first; a second wish kills."""
        for stage in sorted({program.stage for program in self.programs}, reverse=True):
            self.stop_stage([p for p in self.programs if p.stage == stage and p.process is not None])
        self.show_output(0)

    def stop_stage(self, programs: list[Program]) -> None:
        begun = time.monotonic()
        for program in programs:
            if program.process is not None and program.process.poll() is None:
                process.signal_group_leader(program.process, program.stop_signal)
        waiting = programs
        while waiting and not self.is_forced:
            self.show_output(0.05)
            elapsed = time.monotonic() - begun
            waiting = [p for p in waiting if p.process and p.process.poll() is None and elapsed < p.patience]
        for program in programs:
            if program.process is not None:
                process.kill_group(program.process)

    # --- output ---

    def show_output(self, seconds: float) -> bool:
        """Show what the programs have said, or say within ``seconds``; whether there was anything."""
        ready = self.selector.select(seconds)
        for key, _ in ready:
            self.read(key.fd, key.data)
        return bool(ready)

    def show_last_words(self) -> None:
        """All that lies in the pipes, to a last line without an end; a program that talks on does not hold us up."""
        for _ in range(MOST_READS):
            if not self.show_output(0):
                return

    def read(self, reader: int, program: Program) -> None:
        chunk = os.read(reader, 65536)
        *lines, program.rest = (program.rest + chunk).split(b"\n")
        if not chunk:
            self.selector.unregister(reader)
            os.close(reader)
            lines, program.rest = [program.rest] if program.rest else [], b""
        for line in lines:
            self.say(program.name, line.decode(errors="replace").rstrip("\r"))

    def say(self, name: str, text: str) -> None:
        for line in text.splitlines():
            try:
                print(f"{name:<8}| {line}", file=self.out, flush=True)
            except OSError:  # the terminal or the pipe we wrote to is gone: nobody is there any more
                self.out = Path(os.devnull).open("w")  # noqa: SIM115  (kept open until the end)
                self.ask_to_stop()


def describe_exit(code: int) -> str:
    """What a return code of Popen means, in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def stop_leftovers(var: Path, seconds: float = 8.0) -> int:
    """End what a killed run in this folder left behind; how many processes that were."""
    leftovers = [found for found in psutil.process_iter() if is_leftover(found, var)]
    for found in leftovers:
        found.terminate()
    _, alive = psutil.wait_procs(leftovers, timeout=seconds)
    for found in alive:
        found.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(leftovers)


def is_leftover(found: psutil.Process, var: Path) -> bool:
    try:
        return found.pid != os.getpid() and found.environ().get(MARK) == str(var)
    except (psutil.Error, OSError):  # gone, or somebody else's
        return False


def make_was_interrupted(parent: int) -> Callable[[], bool]:
    """A question to ask now and then: did our parent, make, receive Ctrl-C alone?

    A terminal sends Ctrl-C to both of us. ``kill -INT`` on make alone reaches only make, which then
    takes its handler away and waits for us for ever. The kernel shows that the handler is gone.
    """
    if not catches_interrupt(parent):
        return lambda: False
    return lambda: not catches_interrupt(parent)


def catches_interrupt(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
