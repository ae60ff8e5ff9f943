"""How long `sessions import` of one file takes by two versions of the program, in turn.

    import.py ROUNDS EARLIER NOW FILE

FILE is a session that EARLIER exported: later versions import it, too (`analyze --keep`, then `sessions export`). Each import goes into
an empty home. Prints a row a disk: this one as it is, and then with each fsync taking so many milliseconds longer (tests/faults/shim.c), about
what a hard disk turns once for. With strace it also tells how often each version syncs.
"""

import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

SHIM = os.path.join(os.path.dirname(__file__), "../../tests/faults/shim.c")
SYNC_WAITS = 2  # its number in the shim
WAITS = (0, 8)


def environment(home, folder, wait):
    """Both names of the variable of the home: the program has another one since."""
    control = os.path.join(folder, "control")
    with open(control, "wb") as file:
        file.write(struct.pack("ii", SYNC_WAITS, wait))
    held = {"LD_PRELOAD": os.path.join(folder, "shim.so"), "FAULTS_CONTROL": control, "FAULTS_FOLDER": home}
    return {**os.environ, "HOME": home, "HINGE_HOME": home, "BENDWISE_HOME": home, **(held if wait else {})}


def imported(program, package, folder, wait, before=()):
    """Imports once. Returns the seconds it took."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        command = [*before, program, "sessions", "import", package]
        began = time.monotonic()
        done = subprocess.run(command, env=environment(home, folder, wait), capture_output=True, text=True)
        took = time.monotonic() - began
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed: {done.stderr}")
        return took


def syncs(program, package, folder):
    """How often an import syncs; None without strace."""
    calls = os.path.join(folder, "calls")
    try:
        imported(program, package, folder, 0, ("strace", "-f", "-e", "trace=fsync,fdatasync", "-o", calls))
    except FileNotFoundError:
        return None
    with open(calls) as file:
        return sum("sync(" in line for line in file)


def main():
    rounds = int(sys.argv[1])
    earlier, now, package = map(os.path.abspath, sys.argv[2:5])
    with tempfile.TemporaryDirectory(dir=".") as folder:
        folder = os.path.abspath(folder)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", f"{folder}/shim.so", SHIM, "-ldl"], check=True)
        print(f"| syncs | {syncs(earlier, package, folder)} | {syncs(now, package, folder)} | |")
        for wait in WAITS:
            pairs = []
            for _ in range(rounds + 1):
                pairs.append((imported(earlier, package, folder, wait), imported(now, package, folder, wait)))
            pairs = pairs[1:]  # the first one warms the disk's cache
            first, second = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
            ratio = statistics.median(one / other for one, other in pairs)
            print(f"| {wait} ms more | {first:.2f} s | {second:.2f} s | {ratio:.1f} × |")


main()
