"""Programs that run together, fall, and stop."""

import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from openevent.local import supervisor as module
from openevent.local.installation import check_port, make_secret_key
from openevent.local.places import Places
from openevent.local.process import LocalError
from openevent.local.supervisor import MARK, Program, Supervisor, command, stop_leftovers

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
WITH_CHILD = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('up', flush=True); time.sleep(600)"
)


def python(code: str, mark: str = "") -> list[str]:
    return [sys.executable, "-c", code, mark]


def program(code: str, tmp_path: Path, **details) -> Program:
    start = command(python(code), environment=dict(os.environ), folder=tmp_path)
    return Program(details.pop("name", "program"), start=start, **details)


def step_until(boss: Supervisor, is_true, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, boss.out.getvalue()
        boss.step(0.05)


@pytest.fixture
def boss():
    boss = Supervisor(out=io.StringIO())
    yield boss
    boss.is_forced = True
    boss.stop_all()


def test_output_is_shown_with_the_name_of_the_program(boss, tmp_path):
    boss.add(program("print('one'); print('two', end='')", tmp_path, name="web"))
    step_until(boss, lambda: "two" in boss.out.getvalue())
    assert boss.out.getvalue().splitlines()[:2] == ["web     | one", "web     | two"]


def test_fallen_program_is_started_again(boss, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    worker = boss.add(program(FOREVER, tmp_path))
    step_until(boss, lambda: "up" in boss.out.getvalue())
    first = worker.process.pid
    worker.process.kill()
    step_until(boss, lambda: worker.process.pid != first and boss.out.getvalue().count("up") == 2)
    assert "was ended by SIGKILL; starting it again" in boss.out.getvalue()
    assert not boss.is_stopping


def test_program_that_keeps_falling_ends_the_run_with_a_clear_sentence(boss, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.001)
    monkeypatch.setattr(module, "TICK", 0.01)
    boss.add(program("import sys; sys.exit('no such table')", tmp_path, name="web"))
    with pytest.raises(LocalError, match=r"web ended with code 1 6 times in a row"):
        boss.watch()
    assert boss.out.getvalue().count("no such table") == module.MOST_FALLS + 1


def test_stop_ends_programs_and_their_children(boss, tmp_path):
    parent = boss.add(program(WITH_CHILD, tmp_path))
    step_until(boss, lambda: "up" in boss.out.getvalue())
    child = psutil.Process(parent.process.pid).children()[0]
    boss.stop_all()
    assert parent.process.poll() == -signal.SIGTERM
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running()


def test_higher_stages_stop_first(boss, tmp_path):
    say_goodbye = (
        "import signal, sys, time; signal.signal(15, lambda *a: sys.exit(print('bye')));"
        "print('up', flush=True); time.sleep(600)"
    )
    boss.add(program(say_goodbye, tmp_path, name="store", stage=0))
    boss.add(program(say_goodbye, tmp_path, name="web", stage=1))
    step_until(boss, lambda: boss.out.getvalue().count("up") == 2)
    boss.stop_all()
    assert [line for line in boss.out.getvalue().splitlines() if "bye" in line] == ["web     | bye", "store   | bye"]


def test_program_that_ignores_the_signal_is_killed_after_its_patience(boss, tmp_path):
    stubborn = boss.add(program(STUBBORN, tmp_path, patience=0.3))
    step_until(boss, lambda: "up" in boss.out.getvalue())
    begun = time.monotonic()
    boss.stop_all()
    assert stubborn.process.poll() == -signal.SIGKILL
    assert 0.3 <= time.monotonic() - begun < 3


def test_second_wish_forces_but_the_echo_of_the_first_does_not(boss, monkeypatch):
    boss.ask_to_stop()
    boss.ask_to_stop()
    assert not boss.is_forced
    monkeypatch.setattr(module, "SAME_WISH", -1.0)
    boss.ask_to_stop()
    assert boss.is_forced


def test_closed_terminal_is_a_wish_to_stop(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    boss = Supervisor(out=os.fdopen(writer, "w"))
    boss.say("web", "is anybody there?")
    assert boss.is_stopping


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's death signal is Linux'")
def test_programs_end_with_a_killed_supervisor(tmp_path):
    """SIGKILL gives no chance to clean up: the kernel tells the programs."""
    script = textwrap.dedent(
        f"""
        import os, sys
        from pathlib import Path
        from openevent.local.supervisor import Program, Supervisor, command
        boss = Supervisor()
        child = [sys.executable, "-c", {FOREVER!r}]
        boss.add(Program("child", command(child, environment=dict(os.environ), folder=Path("."))))
        print(boss.programs[0].process.pid, flush=True)
        boss.watch()
        """
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as killed:
        child = psutil.Process(int(killed.stdout.readline()))
        killed.kill()
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running()


def test_leftovers_of_this_folder_are_ended_and_no_others(tmp_path):
    ours, other = tmp_path / "ours", tmp_path / "other"
    processes = {
        folder: subprocess.Popen(python(FOREVER), env={**os.environ, MARK: str(folder)}, stdout=subprocess.DEVNULL)
        for folder in (ours, other)
    }
    try:
        assert stop_leftovers(ours) == 1
        assert not psutil.pid_exists(processes[ours].pid)
        assert processes[other].poll() is None
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def test_port_in_use_is_said_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=f"Port {port} of 127.0.0.1 cannot be used"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_port_out_of_range_is_refused():
    with pytest.raises(LocalError, match="PORT=70000"):
        check_port("127.0.0.1", 70000)


def test_secret_key_is_made_once_and_for_us_alone(tmp_path):
    places = Places(tmp_path)
    make_secret_key(places)
    key = places.secret_key_file.read_text()
    make_secret_key(places)
    assert places.secret_key_file.read_text() == key
    assert len(key) >= 50
    assert places.secret_key_file.stat().st_mode & 0o777 == 0o600
