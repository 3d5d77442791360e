"""A published likelihood: best fit, upper limit, and which nuisance parameters matter."""
import sys
import fairu

model, data = fairu.Workspace(sys.argv[1] if len(sys.argv) > 1 else "examples/workspace.json").model()
interval = model.interval(data)
limit = model.limit(data)
print(f"mu = {interval.best:.4f}, 68.3 % interval [{interval.lower:.4f}, {interval.upper:.4f}]")
print(f"upper limit at 95 %: {limit.observed:.4f}, expected {limit.expected[2]:.4f}")
for i in model.impacts(data)[:3]:
    print(f"{i.name:16} pull {i.pull:6.3f}   impact on mu {i.impact_up:+.4f} {i.impact_down:+.4f}")
