"""Several processes that serve one port.

The first process loads the model and forks the others, which share its memory until they write to
it. The first process serves no requests: it forwards signals and replaces a process that dies. Each
process has its own socket, and the system distributes the connections over them.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from time import monotonic

from moderation.errors import UsageError
from moderation.service.metrics import FOLDER

logger = logging.getLogger("moderation.service")

# The service ends if a process fails sooner after its start, because a new one would fail, too.
_SHORTEST_LIFE = 2.0

#: The work of one process: it serves a socket. The flag says whether it replaces another one.
Work = Callable[[socket.socket, bool], None]


def check(workers: int) -> None:
    """Refuse if several processes cannot share a port.

    Raises
    ------
    UsageError
        On a system without fork or without shared ports.
    """
    able = hasattr(os, "fork") and hasattr(socket, "SO_REUSEPORT")
    if workers > 1 and not able:
        hint = "without --workers one process serves"
        raise UsageError("this system cannot share a port among processes", hint=hint)


class Workers:
    """The worker processes, from their start to their end.

    Parameters
    ----------
    listening
        A socket for each process.
    work
        The function that each process runs with its socket.
    """

    def __init__(self, listening: Sequence[socket.socket], work: Work) -> None:
        self._listening = listening
        self._work = work
        self._running: dict[int, tuple[int, float]] = {}  # index and start time, by process id
        self._ending = False
        self._failed = False

    def run(self) -> bool:
        """Run until SIGTERM or SIGINT; False if a process could not keep running."""
        watched = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
        # Blocked signals wait for `sigwait`, so none is lost between two calls.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        with tempfile.TemporaryDirectory(prefix="moderation-metrics-") as folder:
            os.environ[FOLDER] = folder
            for place in range(len(self._listening)):
                self._start(place, replaces=False)
            while self._running:
                number = signal.sigwait(watched)
                if number == signal.SIGCHLD:
                    self._look_for_the_dead()
                elif number == signal.SIGHUP:
                    self._tell(signal.SIGHUP)
                else:
                    self._end()
            del os.environ[FOLDER]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, watched)
        return not self._failed

    def _start(self, place: int, *, replaces: bool) -> None:
        process = os.fork()
        if process:
            self._running[process] = (place, monotonic())
            return
        status = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until a handler is installed
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            for other, each in enumerate(self._listening):
                if other != place:
                    each.close()
            self._work(self._listening[place], replaces)
            status = 0
        except BaseException as error:  # noqa: BLE001 - no code of the first process may run here
            logger.error("a process ended: %s", type(error).__name__)  # noqa: TRY400
        finally:
            logging.shutdown()
            os._exit(status)

    def _look_for_the_dead(self) -> None:
        from prometheus_client import multiprocess

        for process in list(self._running):
            ended, status = os.waitpid(process, os.WNOHANG)
            if not ended:
                continue
            place, since = self._running.pop(process)
            multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]
            if self._ending:
                continue
            gave_up = os.waitstatus_to_exitcode(status) > 0  # otherwise it was killed
            if gave_up and monotonic() - since < _SHORTEST_LIFE:
                logger.error("a process ended as soon as it was started; the service ends")
                self._failed = True
                self._end()
                continue
            logger.error("a process died and is replaced")
            self._start(place, replaces=True)

    def _end(self) -> None:
        self._ending = True
        for each in self._listening:  # as the other processes do, so that no client waits in vain
            each.close()
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for process in self._running:
            os.kill(process, number)
