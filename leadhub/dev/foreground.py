"""Programs that dev.py starts and waits for."""

import os
import signal
import subprocess
from types import FrameType

from leadhub.dev.places import ROOT
from leadhub.dev.processes import end_with_parent
from leadhub.dev.say import CannotGoOnError


def foreground(command: list[str], environment: dict[str, str]) -> int:
    """Run a program as if it had been typed, and return its exit code.

    Ctrl-C reaches it by itself; SIGTERM is passed on.
    """
    with subprocess.Popen(
        command, env=os.environ | environment, cwd=ROOT, preexec_fn=end_with_parent
    ) as program:

        def pass_on(number: int, _frame: FrameType | None) -> None:
            program.send_signal(number)

        signal.signal(signal.SIGTERM, pass_on)
        signal.signal(signal.SIGINT, lambda *_: None)
        return program.wait()


def captured(command: list[str], environment: dict[str, str]) -> str:
    """Run a program, return what it printed, and go no further if it failed."""
    done = subprocess.run(
        command,
        env=os.environ | environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    if done.returncode:
        raise CannotGoOnError(f"{done.stdout}\nThis failed, see above: {' '.join(command[1:])}")
    return done.stdout
