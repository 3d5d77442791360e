"""The score of a folder with test_settings.json and result_<set>.json, written from the challenge's description: prints name and value."""
import json
import math
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
truths = json.loads((folder / "test_settings.json").read_text())["ground_truth_mus"]
width, covered, n, rmses, maes = 0.0, 0, 0, [], []
for number, mu in enumerate(truths):
    result = json.loads((folder / f"result_{number}.json").read_text())
    rmse, mae = [], []
    for hat, delta, low, high in zip(result["mu_hats"], result["delta_mu_hats"], result["p16"], result["p84"]):
        width += abs(high - low)
        covered += low <= mu <= high
        n += 1
        d = hat - mu
        rmse.append(math.sqrt(d * d + (d * d - delta * delta) ** 2))
        mae.append(abs(d) + abs(abs(d) - delta))
    rmses.append(sum(rmse) / len(rmse))
    maes.append(sum(mae) / len(mae))
interval, coverage, level = width / n, covered / n, 0.6827
sigma = math.sqrt(level * (1 - level) * n) / n
low, high = level - 2 * sigma, level + 2 * sigma
penalty = 1.0
if coverage < low:
    penalty = 1 + abs((coverage - low) / sigma) ** 4
elif coverage > high:
    penalty = 1 + abs((coverage - high) / sigma) ** 3
for name, value in (("interval", interval), ("coverage", coverage), ("rmse", sum(rmses) / len(rmses)),
                    ("mae", sum(maes) / len(maes)), ("quantile_score", -math.log((interval + 1e-3) * penalty))):
    print(name, repr(value))
