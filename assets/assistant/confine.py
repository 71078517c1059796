"""Takes from this process what it does not need: limits on what it may use up, and a filter on what it may ask of the kernel.

The sandbox around it already hides files, network and other processes; this is the second wall, inside. It is put up after
the fork and before a line of the code that is tried is read, and it cannot be taken down again.
"""

import ctypes
import errno
import platform
import resource
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
CLONE_THREAD = 0x00010000
SIGKILL = 9

# Numbers from the kernel's syscall tables (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
# Since Linux 5.1 every architecture shares the numbers from 424 on.
SHARED = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
}

REFUSED = {
    "x86_64": {
        "shmget": 29, "shmat": 30, "shmctl": 31, "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46,
        "bind": 49, "listen": 50, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "semget": 64,
        "msgget": 68, "ptrace": 101, "syslog": 103, "setpgid": 109, "rt_sigqueueinfo": 129, "setsid": 112, "personality": 135,
        "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "pivot_root": 155, "adjtimex": 159,
        "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
        "sethostname": 170, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179,
        "tkill": 200, "sched_setaffinity": 203, "clock_settime": 227, "tgkill": 234, "kexec_load": 246, "add_key": 248,
        "request_key": 249, "keyctl": 250, "ioprio_set": 251, "unshare": 272, "accept4": 288, "rt_tgsigqueueinfo": 297,
        "perf_event_open": 298, "prlimit64": 302, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "sched_setattr": 314, "memfd_create": 319, "kexec_file_load": 320,
        "bpf": 321, "execveat": 322, "userfaultfd": 323,
    },
    "aarch64": {
        "ioprio_set": 30, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "quotactl": 60, "acct": 89, "personality": 92,
        "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112, "syslog": 116,
        "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122, "kill": 129,
        "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140, "reboot": 142, "setpgid": 154, "setsid": 157,
        "sethostname": 161, "settimeofday": 170, "adjtimex": 171, "msgget": 186, "semget": 190, "shmget": 194,
        "shmctl": 195, "shmat": 196, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202,
        "connect": 203, "sendto": 206, "sendmsg": 211, "add_key": 217, "request_key": 218, "keyctl": 219,
        "execve": 221, "swapon": 224, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242,
        "prlimit64": 261, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "finit_module": 273, "sched_setattr": 274, "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        "kexec_file_load": 294,
    },
}  # fmt: skip

ARCHITECTURES = {
    "x86_64": {"audit": 0xC000003E, "clone": 56, "clone3": 435},
    "aarch64": {"audit": 0xC00000B7, "clone": 220, "clone3": 435},
}


def limit(seconds, memory, file_bytes, open_files):
    """Bounds what this process may use up: processor seconds, bytes of address space, bytes of a file, open files.

    The hard limits are set as well, so they cannot be raised again without a capability that nothing here has.
    """
    for kind, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            # At the soft limit of the processor a signal says what it died of; one second later there is no answer to it
            resource.setrlimit(kind, (value, value + 1 if kind == resource.RLIMIT_CPU else value))
        except (ValueError, OSError):
            # macOS refuses some of these; the watching side ends what runs too long there
            if sys.platform == "linux":
                raise


def seal(profile):
    """Puts up the filter: no new process, no program, no socket, no signal, no mount, no look into other processes.

    On Linux a seccomp filter; on macOS `sandbox_init` with the given profile. Raises OSError where it cannot be put up: then
    nothing may be run.
    """
    if sys.platform == "linux":
        _seal_linux()
    elif sys.platform == "darwin":
        _seal_macos(profile)
    else:
        raise OSError(errno.ENOSYS, f"no filter is known for {sys.platform}")


def _seal_linux():
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no filter is known for {machine}")
    program = filter_program(machine)
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }, with padding between
    head = ctypes.create_string_buffer(struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(code)))
    for arguments in (
        (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0),
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(head), 0, 0),
    ):
        if library.prctl(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"prctl {arguments[0]} was refused")


def filter_program(machine):
    """The filter as classic BPF bytes for `x86_64` or `aarch64` (linux/filter.h, linux/seccomp.h).

    A refused call gives EPERM. `clone3` gives ENOSYS, so that the C library falls back to `clone`, whose flags a filter can
    see: threads pass, processes do not.
    """
    architecture = ARCHITECTURES[machine]
    load, equal, at_least, has_bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, kill, refuse = 0x7FFF0000, 0x80000000, 0x00050000
    steps = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture["audit"]),
        (give, 0, 0, kill),
        (load, 0, 0, 0),
    ]
    if machine == "x86_64":
        # The x32 calls have numbers of their own
        steps += [(at_least, 0, 1, 0x40000000), (give, 0, 0, refuse | errno.EPERM)]
    steps += [(equal, 0, 1, architecture["clone3"]), (give, 0, 0, refuse | errno.ENOSYS)]
    for number in sorted({**REFUSED[machine], **SHARED}.values()):
        steps += [(equal, 0, 1, number), (give, 0, 0, refuse | errno.EPERM)]
    steps += [
        (equal, 0, 3, architecture["clone"]),
        (load, 0, 0, 16),
        (has_bits, 1, 0, CLONE_THREAD),
        (give, 0, 0, refuse | errno.EPERM),
        (give, 0, 0, allow),
    ]
    return b"".join(struct.pack("=HBBI", code, yes, no, value) for code, yes, no, value in steps)


def _seal_macos(profile):
    library = ctypes.CDLL("/usr/lib/libsandbox.1.dylib", use_errno=True)
    library.sandbox_init.argtypes = [ctypes.c_char_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_char_p)]
    problem = ctypes.c_char_p()
    if library.sandbox_init(profile.encode(), 0, ctypes.byref(problem)) != 0:
        raise OSError(errno.EPERM, (problem.value or b"sandbox_init was refused").decode(errors="replace"))
