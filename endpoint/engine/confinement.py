"""Confinement of a query process: memory bound, no network, no life after its parent.

What a query may do is decided before it gets here; this holds when that decision was wrong."""

import ctypes
import os
import platform
import resource
import signal
import struct
from functools import cache

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 1, 38, 22, 2
# Audit architecture and number of socket(2). Source: linux/audit.h, asm/unistd.h.
SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
AF_UNIX, EACCES = 1, 13

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def bound_memory(extra_bytes: int, is_final: bool = True) -> None:
    """Bound the address space to what is mapped now plus the given bytes; a bound that is not final can be lifted."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + extra_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit if is_final else resource.RLIM_INFINITY))


def lift_memory_bound() -> None:
    """Take back a bound that was not final."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def no_core_files() -> None:
    """Keep a crashed query process from writing its memory to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def can_refuse_network() -> bool:
    """Tell whether the kernel's filter is known for this machine."""
    return platform.machine() in SOCKET_CALL


@cache
def refuse_network() -> bool:
    """Refuse every socket but local ones from now on; tell whether the kernel agreed.
    Children inherit the refusal, and by the cache the knowledge of it: a second filter would only slow every call down."""
    known = SOCKET_CALL.get(platform.machine())
    if known is None:
        return False
    architecture, socket_call = known

    def step(code: int, if_true: int, if_false: int, value: int) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    load, jump_equal, answer = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | EACCES
    program = b"".join([
        step(load, 0, 0, 4), step(jump_equal, 0, 4, architecture),  # another architecture's calls: let through
        step(load, 0, 0, 0), step(jump_equal, 0, 2, socket_call),
        step(load, 0, 0, 16), step(jump_equal, 0, 1, AF_UNIX),
        step(answer, 0, 0, allow), step(answer, 0, 0, refuse),
    ])
    filters = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(filters))
    buffer = ctypes.create_string_buffer(header)
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(buffer), 0, 0) == 0
