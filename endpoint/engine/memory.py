"""Memory of query processes: what one holds for itself, and how much all may hold together.

A query process shares the memory image with all others until it writes; evaluating writes (the engine counts references in
the image's nodes), so that a query that reads everything ends up with a copy of the whole image beside what it gathers."""

import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1024 * 1024
# Places of minor faults, user and system time after the name. Source: proc(5), /proc/pid/stat.
FAULTS, USER_TIME, SYSTEM_TIME = 7, 11, 12
# Places of resident pages, and of those among them that are of files or shared on purpose. Source: proc(5), /proc/pid/statm.
RESIDENT, OF_FILES = 1, 2
# Without a setting: this part of the memory there is, at most so much: less makes query processes start cold too often.
SHARE = 0.25
MOST_MIB = 8192
LEAST_MIB = 64
# Where control groups state their limit, by the controllers' names in /proc/self/cgroup: version 2 and version 1.
CONTROL_GROUP_LIMITS = {"": ("", "memory.max"), "memory": ("memory", "memory.limit_in_bytes")}


@dataclass(frozen=True)
class Use:
    """What a process has for itself; `resident` is all that it has in memory, apart from files. Units: bytes; seconds of a
    processor since it began."""

    held: int = 0
    processor_s: float = 0.0
    resident: int = 0


def use_of(pid: int, resident_at_start: int = 0) -> Use:
    """Give what a process holds for itself: at most what it touched, a page a fault, and at least what it grew by. Pages of
    mapped files, such as a store's, are the machine's cache and nobody's.
    Reading smaps_rollup would be exact and takes a thousand times as long (10 to 40 ms); on processes without huge pages
    both were equal. One that has ended holds nothing."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()
        with open(f"/proc/{pid}/statm", "rb") as statm:
            pages = statm.read().split()
    except OSError:
        return Use()
    resident = (int(pages[RESIDENT]) - int(pages[OF_FILES])) * PAGE
    held = max(min(int(fields[FAULTS]) * PAGE, resident), resident - resident_at_start)
    return Use(held, (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / TICKS, resident)


def bound_bytes(setting_mib: int, server_processes: int) -> int:
    """Give how much the query processes of one server process may hold together; 0 MiB leaves it to the machine."""
    whole = setting_mib * MEBIBYTE or min(MOST_MIB * MEBIBYTE, int(memory_there_is() * SHARE))
    return max(LEAST_MIB * MEBIBYTE, whole // server_processes)


def memory_there_is(proc: Path = Path("/proc"), control_groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Give the memory of the machine, or of the control group (container, systemd unit) where that is less. Units: bytes."""
    known = [int(line.split()[1]) * 1024 for line in _text(proc / "meminfo").splitlines() if line.startswith("MemTotal:")]
    for line in _text(proc / "self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers in CONTROL_GROUP_LIMITS:
            folder, name = CONTROL_GROUP_LIMITS[controllers]
            own = control_groups / folder / group.lstrip("/")
            limits = [_text(place / name).strip() for place in (own, *own.parents) if place.is_relative_to(control_groups)]
            known += [int(limit) for limit in limits if limit.isdigit()]
    return min(known, default=MOST_MIB * MEBIBYTE)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
