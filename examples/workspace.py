"""A published likelihood: best fit, pulls, upper limit with its band, and which nuisance parameters matter.

    PYTHONPATH=python python3 examples/workspace.py [WORKSPACE.json] [--out FOLDER]
"""
# %% 1. The likelihood and its data
import argparse
import pathlib

import fairu

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("workspace", nargs="?", default=pathlib.Path(__file__).with_name("workspace.json"))
parser.add_argument("--quick", action="store_true", help="nothing is slow here")
parser.add_argument("--out", type=pathlib.Path, help="folder for figures")
args = parser.parse_args()
model, data = fairu.Workspace(args.workspace).model()

# %% 2. Fit, interval, goodness of fit
fit, interval = model.fit(data), model.interval(data)
print(f"{model.poi} = {interval.best:.4f}, 68.3 % interval [{interval.lower:.4f}, {interval.upper:.4f}], goodness of fit p = {model.goodness(data).p_value:.3f}")
print("pulls: " + ", ".join(f"{name} {pull:+.2f} +- {width:.2f}" for name, (pull, width) in list(fit.pulls.items())[:4]))

# %% 3. Limit and discovery
limit, found = model.limit(data), model.significance(data)
print(f"upper limit at 95 %: {limit.observed:.4f}, expected {limit.expected[2]:.4f}, 68 % of the time {limit.expected[1]:.4f} to {limit.expected[3]:.4f}")
print(f"significance {found.significance:.2f}, expected {found.expected_significance:.2f}")

# %% 4. Ranking
for i in model.impacts(data)[:3]:
    print(f"{i.name:16} pull {i.pull:6.3f}   impact on {model.poi} {i.impact_up:+.4f} {i.impact_down:+.4f}")

# %% 5. Figures
if args.out:
    from fairu import plot
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in {"pulls": plot.pulls(fit), "correlation": plot.correlation(fit, least=0.1), "impacts": plot.impacts(model, data), "cls": plot.cls(model, data),
                         "scan": plot.nll_scan(model, data), "expected": plot.expected(model, data, fit)}.items():
        figure.savefig(args.out / f"{name}.png")
        print("written:", args.out / f"{name}.png")
