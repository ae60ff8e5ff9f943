"""The table of BENCHMARKS.md, "What it may cost". run.sh calls it; it prints a row as soon as it is measured.

    table.py BENDWISE FOLDER ROW…

FOLDER is where the films are that are made for it. Processor time is user and system.
"""

import datetime
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(HERE, "../versions"), os.path.join(HERE, "../peers")]

import live  # noqa: E402
import peers  # noqa: E402
import versions  # noqa: E402

DEMO, FILM = os.path.join(ROOT, "assets/demo.mp4"), os.path.join(ROOT, "tests/session/film.mp4")
DEMO_FRAMES = 357
ROUNDS = int(os.environ.get("ROUNDS", 5))
HOUR = int(os.environ.get("HOUR", 3600))  # seconds
SPAN = 0.5  # seconds of the hour that are looked at together
STALL = 0.03  # seconds of processor time that went to other guests of the machine, around a late frame: a third of what makes it late
OTHERS = 0.5  # of a core, for other programs of this machine (and the display, which takes 0.05), around a late frame
CAMERA_SECONDS = 75
TICKS = os.sysconf("SC_CLK_TCK")


def row(work, need, measured):
    print(f"| {work} | {need} | {measured} |", flush=True)


def analyze(now, _):
    """`analyze` beside the earlier version, and its peak memory."""
    for film, name, need in [(DEMO, "demo", 0.65), (FILM, "session film", 0.48)]:
        runs = versions.compare(ROUNDS, versions.ways_of(os.environ["EARLIER"], now), film)
        seconds, ratio, memory = versions.summary(runs["now"], runs["earlier"])
        row(f"`analyze` of the {name}, processor time beside the earlier version", f"≤ {need}", f"{ratio:.2f} ({seconds:.1f} s)")
        row(f"peak memory of `analyze`, {name}", "≤ 130 MB", f"{memory:.0f} MB")


def session(now, films):
    """A live session beside the earlier version's."""
    runs = live.compare(1, os.environ["EARLIER"], now, os.path.join(films, "film-30.mp4"))
    seconds, ratio, memory = live.summary(runs, 1)
    row("live in a window, kept with its video, 131 s at 30 frames a second, processor time beside the earlier version", "≤ 0.60",
        f"{ratio:.2f} ({seconds:.1f} s, {memory:.0f} MB at the peak)")


def beside_peers(now, _):
    """Recordings done per processor second, beside MediaPipe's."""
    folder = os.path.join(ROOT, "target/peers")
    python = [os.path.join(folder, name, "bin/python") for name in ("solutions", "tasks")]
    them = peers.peers_of(*python, os.path.join(folder, "pose.task"))
    for film, name, needs in [(DEMO, "demo", (2.0, 1.6)), (FILM, "session film", (3.0, None))]:
        _, medians = peers.compare(now, them, film)
        for who, need in zip((peers.OURS, peers.EVERY_FRAME), needs):
            ratios = (f"{medians[who][1] / medians[peer][1]:.2f} × {peer}" for peer in them)
            row(f"{name}, {who}, beside MediaPipe", f"≥ {need} × both" if need else "–", ", ".join(ratios))


def camera(now, _):
    """One core and a JPEG camera of 1280 × 720, in the guest of tests/camera."""
    guest = [os.path.join(ROOT, "tests/camera/guest/run.sh"), "-t", "300", os.path.join(HERE, "one_core.sh"), now, str(CAMERA_SECONDS)]
    told = subprocess.run(guest, capture_output=True, text=True)
    shown = re.search(r"capture to shown +([\d.]+) ms +([\d.]+) ms", told.stdout)
    if told.returncode != 0 or not shown:
        return row("one core, JPEG camera", "≤ 100 ms", f"not measured: {(told.stderr or told.stdout).strip()[-200:]}")
    counts = re.search(r"(?:\d+ of )?(\d+) frames measured", told.stdout), re.search(r"(\d+) frames dropped", told.stdout)
    dropped = f", {counts[1][1]} of {int(counts[0][1]) + int(counts[1][1])} frames dropped" if all(counts) else ""
    row(f"one core, JPEG camera of 1280 × 720, {CAMERA_SECONDS} s from the start: capture to shown, p95", "≤ 100 ms, ≤ 1 % dropped", f"{shown[2]} ms{dropped}")


def start(now, _):
    """From the start to the first angle, of a person who stands still."""
    took = []
    with live.display():
        for _ in range(ROUNDS + 1):  # the first warms the disk's cache
            child = subprocess.Popen([now, "live", "--free", "--no-keep", "--stats", "--source", DEMO],
                env={**os.environ, "DISPLAY": live.DISPLAY}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            time.sleep(4)
            child.send_signal(signal.SIGINT)
            told = re.search(r"first picture was shown after ([\d.]+) s, the first angle after ([\d.]+) s", child.communicate()[1])
            if not told:
                return row("first angle after the start", "≤ 1.2 s", "not measured: no angle was shown within 4 s")
            took.append([float(seconds) for seconds in told.groups()])
    picture, angle = (statistics.median(column) for column in zip(*took[1:]))
    row("first angle after the start, the person standing still", "≤ 1.2 s", f"{angle:.2f} s (first picture {picture:.2f} s)")


def sizes(now, films):
    """The demo as other cameras would have it."""
    for width, height in [(854, 480), (1280, 720), (1920, 1080), (3840, 2160)]:
        film = os.path.join(films, f"demo-{height}.mp4")
        if not os.path.exists(film):
            made = ["-i", DEMO, "-vf", f"scale={width}:{height}", "-c:v", "libx264", "-pix_fmt", "yuv420p", film]
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *made], check=True)
        cost(now, film, f"demo at {width} × {height}", DEMO_FRAMES)


def lengths(now, films):
    """The demo again and again: the cost of a frame has to stay, and the memory."""
    for minutes in (1, 10, 60):
        film = os.path.join(films, f"demo-{minutes}-minutes.mp4")
        if not os.path.exists(film):
            again = ["-stream_loop", "-1", "-i", DEMO, "-t", str(60 * minutes), "-c", "copy", film]
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *again], check=True)
        cost(now, film, f"demo for {minutes} min", 1500 * minutes)


def cost(now, film, name, frames):
    seconds, memory = versions.measure(now, [], film)
    row(f"`analyze` of the {name}", "–", f"{1000 * seconds / frames:.1f} ms a frame, {memory:.0f} MB at the peak")


def hour(now, films):
    """A live session of an hour, kept with its video, whose frames come as from a camera: none waits, and what is too late is dropped."""
    film = os.path.join(films, "film-hour.mp4")
    if not os.path.exists(film):
        again = ["-stream_loop", "-1", "-i", os.path.join(films, "film-30.mp4"), "-t", "3600", "-c", "copy", film]
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *again], check=True)
    log = "bendwise::pipeline::stage_latency=debug"
    with live.display(), tempfile.TemporaryDirectory() as home:
        child = subprocess.Popen([now, "live", "--free", "--silent", "--stats", "--as-camera", "--source", film], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "DISPLAY": live.DISPLAY, "BENDWISE_HOME": home, "RUST_LOG": log})
        held, samples = [], [sample(child.pid)]
        for _ in range(int(HOUR / SPAN)):
            time.sleep(SPAN)
            samples.append(sample(child.pid))
            held.append(resident(child.pid))
        child.send_signal(signal.SIGINT)
        told = child.stderr.read()
        _, _, used = os.wait4(child.pid, 0)
    print(told, file=sys.stderr)
    shown = re.search(r"capture to shown +(.*)", told)[1]
    late = re.search(r"\d+ of \d+ frames shown more than 100 ms after their capture", told)[0]
    dropped = re.search(r"\d+ frames dropped", told)[0]
    late += f", {dropped}; {causes(late_frames(told), samples)}"
    name = "an hour live" if HOUR == 3600 else f"{HOUR / 60:.0f} min live"
    row(f"{name}: capture to shown, p50, p95, p99, longest", "no frame later than 100 ms", f"{' '.join(shown.split())}; {late}")
    row(f"{name}, memory after five minutes and at the end", "≤ 150 MB", f"{held[min(int(300 / SPAN), len(held)) - 1]:.0f} and {held[-1]:.0f} MB")
    row(f"{name}, processor time", "–", f"{100 * (used.ru_utime + used.ru_stime) / HOUR:.0f} % of a core")


def sample(process):
    """Now, and processor time so far, seconds: of the machine; wanted but taken by its other guests (man 5 proc, /proc/stat); of a process."""
    with open("/proc/stat", encoding="utf-8") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
        own = sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
    return time.time(), *(ticks / TICKS for ticks in (user + nice + system + irq + softirq, steal, own))


def late_frames(told):
    """When frames were late, in seconds since 1970."""
    times = re.findall(r"^(\S+Z) +DEBUG .*a frame is shown \d+ ms after its capture", told, re.M)
    return [datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() for time in times]


def causes(late, samples):
    """Of late frames, how many had what beside them from a second before they were shown to the end of their span."""
    counts = {"stolen": 0, "others": 0, "neither": 0}
    for shown in late:
        counts[cause(*around(shown, samples))] += 1
    (_, used, stolen, _) = (now - then for now, then in zip(samples[-1], samples[0]))
    always = [cause(*around(now, samples)) for now, *_ in samples].count("stolen") / len(samples)
    return (f"{counts['stolen']} while other guests of the machine took {1000 * STALL:.0f} ms or more (steal in /proc/stat: {stolen / (used + stolen):.1%} "
            f"in all, and so much in {always:.0%} of the time), {counts['others']} more beside other programs with {OTHERS} of a core, "
            f"{counts['neither']} beside neither")


def around(moment, samples):
    """What passed from a second before a moment to the end of its span: seconds, and the three kinds of processor time."""
    before = max((one for one in samples if one[0] <= moment - 1), default=samples[0])
    after = min((one for one in samples if one[0] >= moment), default=samples[-1])
    return [now - then for now, then in zip(after, before)]


def cause(seconds, used, stolen, own):
    return "stolen" if stolen >= STALL else "others" if used - own >= OTHERS * seconds else "neither"


def resident(process):
    """Megabytes of a process in memory now."""
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


ROWS = {"analyze": analyze, "live": session, "peers": beside_peers, "camera": camera, "start": start, "sizes": sizes, "lengths": lengths,
        "hour": hour}


def main():
    now, films, *names = sys.argv[1:]
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        sys.exit(f"there is no row {unknown[0]}: {' '.join(ROWS)}")
    print(f"{peers.processor()}, {os.cpu_count()} cores\n\n| work | need | measured |\n|---|---|---|", flush=True)
    for name in names:
        ROWS[name](now, films)


if __name__ == "__main__":
    main()
