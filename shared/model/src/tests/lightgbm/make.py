"""Trains a small LightGBM model and writes it with its own Shapley values, to hold ours against.

Run with LightGBM 4.7 and NumPy; writes model.txt and contributions.json beside this file.
"""

import json
import pathlib

import lightgbm as lgb
import numpy as np

here = pathlib.Path(__file__).parent
random = np.random.default_rng(5)
# Eighths are the same in single and in double precision.
x = random.integers(-16, 17, size=(300, 5)) / 8.0
margin = 1.2 * x[:, 0] * (x[:, 1] > 0) - x[:, 2] + 0.3 * x[:, 3]
y = (random.random(300) < 1 / (1 + np.exp(-margin))).astype(int)
settings = dict(objective="binary", num_leaves=9, learning_rate=0.2, min_data_in_leaf=8, verbose=-1, seed=1)
model = lgb.train(settings, lgb.Dataset(x, y), 12)
model.save_model(here / "model.txt")
asked = x[:25]
(here / "contributions.json").write_text(
    json.dumps({
        "rows": x.tolist(),
        "asked": 25,
        # One value a feature, then the expected margin.
        "contributions": model.predict(asked, pred_contrib=True).tolist(),
        "margins": model.predict(asked, raw_score=True).tolist(),
    })
)
