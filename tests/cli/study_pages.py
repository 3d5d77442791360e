"""The tables of report.html against the tables and results.json of the same folder; part of study_numbers.py."""

import html.parser
import math


class Page(html.parser.HTMLParser):
    """tables: caption -> rows of texts."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.rows, self.caption, self.cell = {}, None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "caption"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag == "caption":
            self.caption, self.cell = self.cell, None
        elif tag == "td":
            self.rows[-1].append(self.cell)
            self.cell = None
        elif tag == "table":
            self.tables[self.caption] = [row for row in self.rows if row]
            self.rows = None


DASH = "\u2014"


def fixed(value, decimals):
    return f"{value:.{decimals}f}" if value is not None and math.isfinite(value) else DASH


def coverage(row):
    """Cells of a coverage that has the columns of the tables."""
    ends = fixed(row["coverage_lower"], 4), fixed(row["coverage_upper"], 4)
    return [fixed(row["toys"], 0), fixed(row.get("failed", row.get("toys_failed")), 0), fixed(row["coverage"], 4),
            DASH if DASH in ends else " to ".join(ends)]


def angle(z):
    return "π/2" if z > 1 else "π/4"


def toy(table, results):
    intervals, pages = table("intervals"), {}
    methods = ["baseline", "aug_lda", "aug_bayes", "aware", "optimal", "baseline_net", "augmented_net", "aware_net"]

    def width(method, binning, z, mu, constraint, mode):
        wanted = {"method": method, "binning": binning, "mu_true": mu, "constraint": constraint, "z_mode": mode}
        found = [r for r in intervals if all(r[k] == v for k, v in wanted.items()) and abs(r["z_true"] - z) < 1e-9]
        return found[0]["half_width_1s"] if found else math.nan

    for binning in ("uniform", "logit"):
        for mu, floor in ((1, 0.067582), (2, 0.087689)):
            pages[f"Half-width of mu at one sigma, mu = {mu}, 10 {binning} bins"] = [
                [m] + [fixed(width(m, binning, z, mu, c, mode), 4) for z in (math.pi / 4, math.pi / 2)
                       for c, mode in (("prior", "fixed"), ("prior", "cont"), ("aux", "cont"))] for m in methods
            ] + [["unbinned floor"] + [fixed(floor, 4)] * 6]
    pages["Area under the ROC curve"] = [
        [r["method"], angle(r["z"]), fixed(r["auc"], 5), fixed(r["closed_form"], 5), fixed(r["auc"] - r["closed_form"], 5)] for r in table("auc")
    ]
    pages["Aware classifier, z = π/2 known, mu = 1"] = [
        [r["binning"], fixed(r["n_bins"], 0), fixed(r["half_width_fixed_z"], 4), fixed(r["half_width_fixed_z"] / r["floor"], 3)]
        for r in table("binnings")
    ]
    pages["Toys at mu = 1, prior, 10 uniform bins, one sigma intervals"] = [
        [r["method"], angle(r["z_true"])] + coverage(r) +
        [fixed(r[k], 4) for k in ("mean_half_width", "mean_mu_hat", "std_mu_hat", "std_z_hat")] + [fixed(r["pull_width"], 3)]
        for r in table("coverage")
    ]
    pages["Event-wise likelihood, z free"] = [
        [r["method"], angle(r["z_true"]), fixed(r["mu_true"], 0), fixed(r["mu_hat"], 4), fixed(r["half_width_1s"], 5),
         fixed(r["half_width_1s"] / r["floor"], 4), fixed(r["z_hat"], 4), fixed(r["sigma_z"], 5)] for r in results["unbinned"]
    ]
    return pages


def untrained(table, results):
    planes, splits = table("untrained"), results["split"]
    return {
        "Expected data (mu = 1), one sigma, ten bins": [
            [r["method"], r["truth"]] + [fixed(r[k], 4) for k in ("mu_hat", "k_hat", "half_width_1s", "half_width_k_known")] +
            [fixed(r["half_width_1s"] / r["floor"], 3), fixed(r["sigma_z"], 4), fixed(r["sigma_k"], 4)] for r in planes
        ],
        "Toys, both auxiliary values fluctuate about the truth": [
            [r["method"], r["truth"]] + coverage(r) + [fixed(r[k], 4) for k in ("mean_half_width", "mean_mu_hat", "std_mu_hat")] for r in planes
        ],
        "What each model expects (mu = 1)": [
            [r["analysis"], fixed(r["scales"], 0)] + [fixed(r[k], 4) for k in ("half_width_1s", "statistical", "systematic")] +
            [fixed(r[k], 5) for k in ("sigma_scale", "sigma_mean_scale")] for r in splits
        ],
        "What they cover": [
            [r["analysis"], fixed(r["scales"], 0)] +
            [cell for t in ("coherent", "nearly", "independent") for cell in
             (fixed(r["truth"][t]["coverage"], 4), fixed(r["truth"][t]["std_mu_hat"], 4), fixed(r["truth"][t]["alarm"], 3))] for r in splits
        ],
    }


def spread(s, decimals):
    ends = [fixed(s[k], decimals) for k in ("median", "lower", "upper")]
    return DASH if ends[0] == DASH else f"{ends[0]} [{ends[1]}, {ends[2]}]"


def compare(table, results):
    rows, of = table("methods"), results["methods"]
    pages = {
        "One-sigma intervals of toys, all seeds together": [
            [m["method"], t["name"]] + coverage({"coverage_lower": t["toys"]["lower"], "coverage_upper": t["toys"]["upper"], **t["toys"]}) +
            [fixed(t["toys"]["mean_half_width"], 4), fixed(t["toys"]["mean_mu_hat"], 3), fixed(t["toys"]["std_mu_hat"], 4)]
            for m in of for t in m["truths"]
        ],
        "Kolmogorov distance between the histogram at nominal Z and at Z within a prior width of it": [
            [m["method"], spread(m["dependence_background"], 4), spread(m["dependence_signal"], 4)] for m in of
        ],
    }
    for i, truth in enumerate(of[0]["truths"]):
        caption = f"Truth {truth['name']}, mu = 1"
        if results["exact"]:
            caption += "; floor {floor:.4f}, with Z known {floor_fixed:.4f}".format(**results["exact"][i])
        names = ["auc", "fixed", "fisher_fixed", "fisher", "profiled", "width"]
        pages[caption] = [[m["method"]] + [spread(m["truths"][i][n], 4) for n in names] + [spread(m["truths"][i]["mu_hat"], 3)] for m in of]
    if results["exact"]:
        names = {"floor": "floor: exact likelihood of events", "optimal": "Bayes score at nominal Z",
                 "optimal-aware": "Bayes score at the Z of each hypothesis"}
        pages["What can be known without a network: sigma of mu"] = [
            [names[r["summary"]], r["truth"]] + [fixed(r[k], 4) for k in ("fixed", "fisher", "profiled")] + [fixed(r["mu_hat"], 3)]
            for r in table("exact")
        ]
    ranked = sorted(of, key=lambda m: (m["rank"] is None, m["rank"] or 0))
    ranks = [[fixed(m["rank"], 0), m["method"], None, fixed(m["width_over_floor"], 3), "yes" if m["covers"] else "no",
              fixed(m["trained"], 0), fixed(m["failed"], 0), fixed(m["bins"]["median"], 0), None] for m in ranked]
    pages["Methods by width among those that cover"] = ranks
    assert len(rows) == sum(len(m["truths"]) for m in of)
    return pages


def mean(rows, network, key):
    values = [r[key] for r in rows if r["network"] == network]
    return sum(values) / len(values)


def higgs(table, results):
    widths, differences, pages = table("widths"), table("differences"), {}

    def both(row):
        if not math.isfinite(row["mean"]):
            return DASH
        return fixed(row["mean"], 3) + (f" ± {row['sd_splits']:.3f}" if math.isfinite(row["sd_splits"]) else "")

    for factor in (1, 10):
        rows = []
        for z in (0.9, 1, 1.1):
            for method in ("baseline", "augmented", "aware", "true-z"):
                at = {(r["mc_stat"], r["z_mode"]): r for r in widths if (r["method"], r["z_true"], r["luminosity"]) == (method, z, factor)}
                order = (("moving", "fixed"), ("moving", "cont"), ("none", "fixed"), ("none", "cont"))
                rows.append([fixed(z, 1), method] + [both(at[k]) for k in order])
        pages[f"Half-widths of mu (rise of 1/2), {factor} x Weight: mean of the splits ± spread of one split"] = rows
        pages[f"Half-width minus that of the baseline in the same split, {factor} x Weight, template statistics in"] = [
            [fixed(r["z_true"], 1), r["method"], "profiled" if r["z_mode"] == "cont" else "fixed", fixed(r["mean"], 4), fixed(r["sd_splits"], 4),
             f"{r['n_negative']:.0f} of {r['n_splits']:.0f}", fixed(r["sd_events"], 4), "yes" if r["significant"] else "no"]
            for r in differences
            if (r["luminosity"], r["mc_stat"]) == (factor, "moving") and (r["method"], r["z_true"]) != ("true-z", 1)
        ]
    pages["Expected yields at mu = 1"] = [
        [f"{o['factor']:.0f} x Weight", p, fixed(o["sum_weights"][p], 3)] + [fixed(c[p], 3) for c in o["after_cut"]]
        for o in results["luminosities"] for p in ("signal", "background")
    ]
    nets = table("networks")
    pages["Mean over splits and folds; AUC of the test part at the true Z"] = [
        [net, fixed(mean(nets, net, "n_bins"), 1)] + [fixed(mean(nets, net, f"auc_{z}"), 4) for z in ("0.9", "1.0", "1.1")] +
        [fixed(mean(nets, net, "training_loss"), 4)] for net in ("baseline", "augmented", "aware", "true-z-0.9", "true-z-1.1")
    ]
    checks, rows = table("course_check"), []
    for course, step in (("parabola", 0.04), ("spline", 0.02), ("spline", 0.04)):
        use = [r["half_width_1s"] for r in checks if (r["course"], r["step"]) == ("parabola", 0.02)]
        other = [r["half_width_1s"] for r in checks if (r["course"], r["step"]) == (course, step)]
        far = [d for d in (abs(b / a - 1) for a, b in zip(use, other)) if math.isfinite(d)]
        rows.append([course if course == "parabola" else "spline through the knots", fixed(step, 2),
                     fixed(sum(far) / len(far) if far else 0, 4), fixed(max(far, default=0), 4)])
    pages["Profiled half-widths of the first split against those in use (parabola, knots every 0.02), relative"] = rows
    return pages


def near(a, b):
    """The same text; the last digit may differ where a number of the tables is rounded once more."""
    if b is None or a == b:
        return True
    try:
        return abs(float(a) - float(b)) <= 1.5 * 10.0 ** -len(a.partition(".")[2]) and len(a) == len(b)
    except ValueError:
        return False


def check(study, folder, table, results, say):
    with open(f"{folder}/report.html", encoding="utf-8") as file:
        text = file.read()
    say("the page says nan", ">nan" not in text and " nan" not in text)
    page = Page(text).tables
    for caption, rows in {"toy": toy, "untrained": untrained, "compare": compare, "higgs": higgs}[study](table, results).items():
        found = page.get(caption)
        say(f"no table '{caption}'; there are {sorted(page)}", found is not None)
        if found is None:
            continue
        say(f"'{caption}' has {len(found)} rows, wanted {len(rows)}", len(found) == len(rows))
        for a, b in zip(found, rows):
            say(f"'{caption}': {a}, wanted {b}", len(a) == len(b) and all(map(near, a, b)))
