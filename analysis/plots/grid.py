"""Of a sweep over two keys: a metric as a heat map, mean over seeds and the other keys."""
import numpy as np

from .results import Missing, new_figure, value_of


def there(results):
    return results.sweep and len(results.swept()) >= 2


def draw(results, keys=None, metric="test_accuracy"):
    """`metric`: a name in the index of the sweep, of those that begin with metrics/. `keys`: the two keys, across and up; by default the first two that have several values."""
    if not results.sweep:
        raise Missing(f"{results.path}: a grid is of a sweep, and this is a run")
    swept = results.swept()
    keys = list(keys or swept[:2])
    for key in keys:
        if key not in swept:
            raise Missing(f"{results.path}: {key} has not several values in this sweep; {', '.join(swept) or 'no key'} has")
    if len(keys) != 2:
        raise Missing(f"{results.path}: a grid needs two keys with several values, and there is {', '.join(keys) or 'none'}")
    column = f"metrics/{metric}"
    if column not in results.table[0]:
        there = [name.removeprefix("metrics/") for name in results.table[0] if name.startswith("metrics/")]
        raise Missing(f"{results.path}: there is no metric {metric}, but {', '.join(there[:12])} …")
    across, up = (sorted({row[key] for row in results.table}, key=order) for key in keys)
    cells = [[[] for _ in across] for _ in up]
    for row in results.table:
        if row[column]:
            cells[up.index(row[keys[1]])][across.index(row[keys[0]])].append(float(row[column]))
    scale = 100 if metric.endswith("accuracy") else 1
    mean = np.array([[scale * np.mean(values) if values else np.nan for values in line] for line in cells])
    if not np.isfinite(mean).any():
        raise Missing(f"{results.path}: {metric} is in no run of this sweep")
    figure, axes = new_figure(1, 1, width=1.8 + 0.75 * len(across), height=1.5 + 0.5 * len(up))
    panel = axes[0, 0]
    image = panel.imshow(mean, origin="lower", aspect="auto", cmap="cividis")
    middle = (np.nanmin(mean) + np.nanmax(mean)) / 2
    for (k, j), value in np.ndenumerate(mean):
        words = f"{value:.4g}\nn = {len(cells[k][j])}" if np.isfinite(value) else "none"
        panel.text(j, k, words, ha="center", va="center", fontsize=7, color="white" if not value > middle else "black")
    panel.set(xticks=range(len(across)), xticklabels=across, yticks=range(len(up)), yticklabels=up, xlabel=keys[0], ylabel=keys[1])
    panel.spines[["left", "bottom"]].set_visible(False)
    name = metric.replace("_", " ")
    figure.colorbar(image, ax=panel, label=f"{name} (%)" if scale == 100 else name)
    others = [name for name in swept if name not in keys]
    figure.suptitle(f"{results.title()}; mean over seeds" + (f" and {', '.join(others)}" if others else ""), fontsize=8)
    return figure


def order(word):
    """Numbers by size, words by their letters after them."""
    value = value_of(word)
    return (0, value, "") if isinstance(value, float) else (1, 0.0, word)
