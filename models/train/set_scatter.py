"""How far the repetitions of one set err apart, beside how far they err together.   python set_scatter.py BENDWISE CLIPS…

For the split of the interval in `src/coach/set_statement.rs`. BENDWISE is the program; CLIPS are folders of films of one person each, NAME.mp4, with
the truth in NAME.csv (`t`, `trunk_inclination`, `lumbar_flexion`, degrees). A repetition's error is the lumbar flexion that is told of it minus
the true one, the median of the frames that lean at least 90 % of its deepest.
"""
import csv
import glob
import json
import statistics
import subprocess
import sys
import tempfile

Z_90 = 1.645
DEEPEST = .9
ALIKE = 10      # degrees of true lumbar flexion, the width of the mixed band: bends that differ by more are no set of the same bend


def truth_of(film):
    with open(film[:-4] + '.csv', newline='') as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith('#')))
    return [tuple(float(row[key]) for key in ('t', 'trunk_inclination', 'lumbar_flexion')) for row in rows]


def errors(program, film):
    """(error, half width, true lumbar flexion) of each repetition of a film."""
    with tempfile.TemporaryDirectory() as folder:
        summary = f'{folder}/summary.json'
        if subprocess.run([program, 'analyze', film, '--summary', summary], check=False, capture_output=True).returncode:
            return
        told, truth = json.load(open(summary))['reps'], truth_of(film)
    for one in told:
        bend = [(lean, lumbar) for time, lean, lumbar in truth if one['start_s'] <= time <= one['end_s']]
        deepest = DEEPEST * max(lean for lean, _ in bend)
        true = statistics.median(lumbar for lean, lumbar in bend if lean >= deepest)
        yield one['lumbar_flexion_deg'] - true, one['lumbar_flexion_interval_deg'], true


def main():
    program, *folders = sys.argv[1:]
    squares, freedom, all_errors, widths, sets = 0, 0, [], [], 0
    for film in sorted(film for folder in folders for film in glob.glob(f'{folder}/*.mp4')):
        told = list(errors(program, film))
        print(film.split('/')[-1], ' '.join(f'{error:+.1f}±{width:.0f} ({true:.0f})' for error, width, true in told))
        true = [true for _, _, true in told]
        if len(told) < 2 or max(true) - min(true) > ALIKE:
            continue
        mean = statistics.fmean(error for error, _, _ in told)
        squares, freedom, sets = squares + sum((error - mean) ** 2 for error, _, _ in told), freedom + len(told) - 1, sets + 1
        all_errors += [error for error, _, _ in told]
        widths += [width for _, width, _ in told]
    apart, deviation = (squares / freedom) ** .5, statistics.median(widths) / Z_90
    whole = statistics.fmean(error ** 2 for error in all_errors) ** .5
    print(f'{sets} sets: repetitions of a set differ by {apart:.1f}° (standard deviation), all err by {whole:.1f}° (root mean square), the intervals '
          f'say {deviation:.1f}°: a share of {apart / deviation:.2f} of the half width, {apart / whole:.2f} of the error')


if __name__ == '__main__':
    main()
