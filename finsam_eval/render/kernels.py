"""Kernels for many short notebooks: forked from one process that has done the imports.

Forking takes a hundredth of the time that an interpreter needs to import pandas and matplotlib. The forking
process is started with the first notebook and ends with this one; each kernel is ended by its notebook.
Ordinary kernels are used elsewhere than on Linux: Windows cannot fork, and Apple's numerical library may hang
in a forked process.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

PRELOADED = (
    "finsam_eval.plots",
    "finsam_eval.tables",
    "finsam_eval.view",
    "finsam_eval.wording",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "matplotlib_inline.backend_inline",
    "sqlite3",
    "psutil",
    "IPython.core.completer",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.magics.execution",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
)
START = "import json, sys; sys.path[:] = json.loads(sys.stdin.readline()); import {module}; {module}.serve()"
INTERPRETER = [sys.executable, "-Xfrozen_modules=off"]
"""With frozen modules the debugger that every kernel loads prints a warning."""


class Client(AsyncKernelClient):
    """A client that starts as soon as both channels answer; others listen for silence first, longer than a start."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when a question has been answered in private and its answering announced to all."""
        deadline = time.monotonic() + (timeout or 60)
        while time.monotonic() < deadline and await self.is_alive():
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
        raise RuntimeError("the kernel gave no answer")


class KernelManager(AsyncKernelManager):
    """Kernels of the interpreter that runs this process, whatever kernelspec is installed or named."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The interpreter and how to start it; debugging is never asked for, encryption always."""
        argv = [*INTERPRETER, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, language="python", metadata={"supported_encryption": ["curve"]})

    @default("client_class")
    def _quick(self) -> str:
        return f"{__name__}.{Client.__name__}"

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "auto"


class ForkedKernelManager(KernelManager):
    """The same kernels, forked from the preloaded process."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.provisioner = ForkedKernel(parent=self, kernel_spec=self.kernel_spec)


MANAGER = ForkedKernelManager if sys.platform == "linux" else KernelManager


class ForkedKernel(LocalProvisioner):
    """One forked kernel, known by its process id; it leads a process group of its own."""

    kernel: int | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel that has not been waited for."""
        return self.kernel is not None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Fork, and return how to reach the kernel."""
        arguments = cmd[cmd.index("-f") :]
        self.kernel = _forker().fork(arguments, str(options.get("cwd") or os.getcwd()), options["env"])
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel runs."""
        return None if self.kernel is not None and _alive(self.kernel) else 0

    async def wait(self) -> int | None:
        """Return when the kernel has ended."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        self.kernel = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel and what it started; one that has ended is left in peace."""
        if self.kernel is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.kernel, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)
        await self.wait()

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class _Forker:
    """The near end of the preloaded process: one line of JSON asks for a kernel, one line answers with its id."""

    def __init__(self) -> None:
        command = [*INTERPRETER, "-c", START.format(module=__name__)]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        self._say(sys.path)
        atexit.register(self.close)

    def _say(self, message: Any) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(message) + "\n")
        self._server.stdin.flush()

    def fork(self, arguments: list[str], folder: str, environment: dict[str, str]) -> int:
        """Return the process id of a new kernel."""
        assert self._server.stdout is not None
        with self._lock:
            self._say([arguments, folder, dict(environment)])
            answer = self._server.stdout.readline()
        if not answer:
            raise ChildProcessError("the process that forks kernels has ended; its own message stands above")
        return int(answer)

    def close(self) -> None:
        """End the preloaded process."""
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()


_STARTING = threading.Lock()


def _forker() -> _Forker:
    with _STARTING:
        return _only_forker()


@functools.cache
def _only_forker() -> _Forker:
    return _Forker()


def serve() -> None:
    """Fork a kernel for each line on standard input, until it ends. This is the preloaded process."""
    for name in PRELOADED:
        importlib.import_module(name)
    _draw_once()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        arguments, folder, environment = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be_a_kernel(arguments, folder, environment)
            return
        os.setpgid(pid, pid)
        print(pid, flush=True)


def _draw_once() -> None:
    """Let matplotlib find and read its fonts here, and not in every kernel."""
    figure = importlib.import_module("matplotlib.figure").Figure()
    figure.subplots().set_title("å", fontfamily="DejaVu Sans")
    figure.savefig(io.BytesIO(), format="svg")


def _be_a_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Turn a fresh fork into a kernel; it watches the preloaded process and ends when that has ended."""
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    os.dup2(sys.stdin.fileno(), 0)
    os.dup2(2, 1)
    numpy.random.seed()  # noqa: NPY002
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
