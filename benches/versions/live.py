"""Processor time and peak memory of a live session in its window, kept with its video, by two versions of the program, in turn.

    live.py ROUNDS EARLIER NOW FILM

FILM is what the camera sees, at its own pace: `ffmpeg -i tests/session/film.mp4 -vf fps=30 film-30.mp4` for one of 30 pictures a second.
Each session leads itself, silent, in a window of Xvfb, whose own time is not counted, goes into an empty home, and is ended by Ctrl-C when the
film is over (ffprobe says how long it is). Prints a row a version: the medians, and the median of the ratios round by round.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

DISPLAY = ":173"


@contextlib.contextmanager
def display():
    """A screen of its own, while it is needed."""
    ready, told = os.pipe()
    options = ["-displayfd", str(told), "-noreset", "-screen", "0", "1280x720x24"]
    server = subprocess.Popen(["Xvfb", DISPLAY, *options], pass_fds=[told], stderr=subprocess.DEVNULL)
    os.close(told)
    with os.fdopen(ready) as said:
        if not said.readline():  # it is told once the display takes clients
            sys.exit("Xvfb does not start: run it by hand to see why")
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def length(film):
    """Seconds of a film."""
    asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", film]
    return float(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def session(program, film, seconds):
    """One session to the film's end. Returns processor seconds and peak megabytes."""
    # A version finds its networks beside its sources.
    sources = os.path.dirname(os.path.dirname(os.path.dirname(program)))
    models = {} if os.path.basename(program) != "hinge" else {"HINGE_MODELS": os.environ.get("EARLIER_MODELS", f"{sources}/models")}
    with tempfile.TemporaryDirectory() as home:
        named = {"HINGE_HOME": home, "BENDWISE_HOME": home, "DISPLAY": DISPLAY, **models}
        command = [program, "live", "--silent", "--source", film]
        child = subprocess.Popen(
            command, env={**os.environ, **named}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(seconds)
        child.send_signal(signal.SIGINT)
        said = child.stderr.read()
        _, _, used = os.wait4(child.pid, 0)
        if b"Kept as" not in said:
            sys.exit(f"{' '.join(command)} failed: {said.decode()}")
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def compare(rounds, earlier, now, film):
    """Processor seconds and peak megabytes of both versions' sessions, round by round."""
    seconds = length(film) + 1
    with display():
        return [(session(earlier, film, seconds), session(now, film, seconds)) for _ in range(rounds)]


def summary(runs, side):
    """Seconds, ratio to the earlier version, megabytes: medians. `side`: 0 is the earlier version, 1 is now."""
    ratio = statistics.median(run[side][0] / run[0][0] for run in runs)
    return statistics.median(run[side][0] for run in runs), ratio, statistics.median(run[side][1] for run in runs)


def main():
    rounds, (earlier, now, film) = int(sys.argv[1]), map(os.path.abspath, sys.argv[2:5])
    runs = compare(rounds, earlier, now, film)
    for side, name in enumerate(("earlier", "now")):
        seconds, ratio, memory = summary(runs, side)
        print(f"| {name} | {seconds:.1f} s | {ratio:.2f} | {memory:.0f} MB |")


if __name__ == "__main__":
    main()
