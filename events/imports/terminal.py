"""Progress for people at a terminal: one line that grows; plain lines where nobody looks."""

from typing import TextIO


class ProgressLine:
    """Call it with (done, total, what); a terminal sees one moving line, a log one line per tenth."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_terminal = out.isatty()
        self.last = ("", -1)

    def __call__(self, done: int, total: int, what: str) -> None:
        percent = 100 * done // total if total else 100
        step = percent if self.is_terminal else percent // 10
        if (what, step) == self.last:
            return
        self.last = (what, step)
        line = f"{what}: {done:,} of {total:,} ({percent} %)"
        self.out.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        self.out.flush()

    def end(self) -> None:
        """Leave the line as it is."""
        if self.is_terminal and self.last[0]:
            self.out.write("\n")
