"""A signal on a background whose energy scale is known to 3 %: fit and profile-likelihood interval."""
import numpy as np
import fairu

scale = np.linspace(0.9, 1.1, 5)  # the yields are known at these scales
signal = np.array([2.0, 5.0, 9.0]) * scale[:, None]
background = np.array([50.0, 30.0, 10.0]) * scale[:, None] ** [[-1, 1, 3]]
templates = fairu.Templates({"signal": signal, "background": background}, axes=[("scale", scale)])
model = fairu.Likelihood(templates, factors={"mu": "signal"}, priors={"scale": fairu.Prior(1.0, 0.03)})
data = model.data([52, 37, 18])
fit = model.fit(data)
interval = model.interval(data)
print(f"mu = {fit['mu']:.4f}, scale = {fit['scale']:.4f}")
print(f"68.3 % interval of mu: [{interval.lower:.4f}, {interval.upper:.4f}]")
