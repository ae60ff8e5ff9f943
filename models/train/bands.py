"""What the rule of the verdict does, against truth.   python bands.py back.onnx DATA…

How the errors are distributed, measured in half widths of their 90 % interval; how often the opposite of a verdict is true where the normal law
gives it a probability; and for each pair of edges, how many bends get a verdict and how those that truly are below the lower or above the upper edge are judged, by
the rule of `src/coach/class_probabilities.rs` and by the one before it (none where the interval reaches beyond both edges). All bodies that training has
not seen, bent frames, intervals that bendwise shows.
"""
import sys

import numpy as np
import onnxruntime
from scipy.stats import laplace, norm

import dataset
import evaluate

EDGES = [(8, 18), (10, 20), (12, 22), (14, 24), (15, 25), (12, 18)]
SHARES = [.5, 1, 1.5, 2]
PROBABILITIES = [0, .02, .05, .1, .2, .4, .6, .8, .9, .95, 1.001]
Z_90, LAPLACE_90 = 1.645, np.log(10)
HIPS_FOR_BACK, BACK_FOR_HIPS = 10, 8     # what is lost, in units of what is lost by saying nothing


def probabilities(found, interval, low, high):
    """Of hips, mixed and back."""
    hips, back = norm.cdf((low - found) / interval * Z_90), norm.sf((high - found) / interval * Z_90)
    return hips, 1 - hips - back, back


def by_cost(found, interval, low, high):
    hips, mixed, back = probabilities(found, interval, low, high)
    verdict = np.where(mixed >= .5, 'mixed', 'none')
    verdict = np.where((hips >= .5) & (HIPS_FOR_BACK * back <= 1), 'hips', verdict)
    return np.where((back >= .5) & (BACK_FOR_HIPS * hips <= 1), 'back', verdict)


def by_interval(found, interval, low, high):
    told = (found - interval > low) | (found + interval < high)
    return np.where(~told, 'none', np.where(found <= low, 'hips', np.where(found < high, 'mixed', 'back')))


def classes(true, low, high):
    return np.where(true <= low, 'hips', np.where(true < high, 'mixed', 'back'))


def print_law(error, interval):
    print('| error beyond this share of the half width | seen | normal | Laplace |\n|---|---|---|---|')
    for share in SHARES:
        seen, normal, like_laplace = np.mean(abs(error / interval) > share), 2 * norm.sf(share * Z_90), 2 * laplace.sf(share * LAPLACE_90)
        print(f'| {share} | {100 * seen:.1f} % | {100 * normal:.1f} % | {100 * like_laplace:.1f} % |')


def print_calibration(true, found, interval, low, high):
    hips, _, back = probabilities(found, interval, low, high)
    print('\n| probability | of back: mean, true, views | of hips: mean, true, views |\n|---|---|---|')
    for least, most in zip(PROBABILITIES, PROBABILITIES[1:]):
        cells = []
        for given, truly in ((back, true >= high), (hips, true <= low)):
            here = (given >= least) & (given < most)
            cells.append(f'{100 * given[here].mean():.1f} %, {100 * truly[here].mean():.1f} %, {here.sum()}')
        print(f'| {100 * least:.0f}–{min(100, 100 * most):.0f} % | {cells[0]} | {cells[1]} |')


def print_rule(name, rule, true, found, interval, low, high):
    verdict, truth = rule(found, interval, low, high), classes(true, low, high)
    told = verdict != 'none'
    share = lambda truly, called: f'{100 * (verdict[told & (truth == truly)] == called).mean():.1f} %'
    wrong = np.sum((verdict == 'hips') & (truth == 'back'))
    print(f'| {name}{low}°, {high}° | {100 * told.mean():.1f} % | {100 * (verdict == truth)[told].mean():.1f} % | {share("hips", "hips")}, '
          f'{share("hips", "back")} | {share("back", "back")}, {share("back", "hips")} | {wrong} of {np.sum(verdict == "hips")} '
          f'| {100 * (verdict == "mixed").mean():.1f} %, {100 * (truth == "mixed")[verdict == "mixed"].mean():.0f} % |')


def main():
    views = dataset.Views(*sys.argv[2:])
    session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
    results = evaluate.network_results(views, np.flatnonzero(views.held_out), evaluate.answers_of(session))
    here = results.counted & (results.intervals[:, evaluate.LUMBAR] <= evaluate.LEAST_SURE)
    true, interval = results.change[here, evaluate.LUMBAR], results.intervals[here, evaluate.LUMBAR]
    error = results.errors[here, evaluate.LUMBAR]
    found, natural = true + error, views.kind[results.rows[here]] != 'independent'
    print(f'{here.sum()} bent views of {len(np.unique(views.body[results.rows[here]]))} people, {natural.sum()} of them natural movements\n')
    print_law(error, interval)
    print_calibration(true, found, interval, 12, 22)
    print('\n| rule and edges | told at all | right of these | true hips called hips, back | true back called back, hips '
          '| back among called hips | called mixed, right of these |\n|---|---|---|---|---|---|---|')
    for name, rule in (('interval, ', by_interval), ('cost, ', by_cost)):
        print_rule(name, rule, true, found, interval, 12, 22)
        print_rule(f'{name}natural, ', rule, true[natural], found[natural], interval[natural], 12, 22)
    for low, high in EDGES:
        print_rule('cost, ', by_cost, true, found, interval, low, high)


if __name__ == '__main__':
    main()
