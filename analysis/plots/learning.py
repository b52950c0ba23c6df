"""Accuracy and loss over learning: of a run beside its baselines, of a sweep with bands over its seeds."""
import numpy as np

from . import colours
from .results import Missing, new_figure

ACCURACIES = {"test_accuracy": "-", "validation_accuracy": "-.", "train_accuracy": ":"}


def there(results):
    return results.sweep or results.has("metrics/test_accuracy") or results.has("metrics/loss")


def draw(results, metric=None):
    """Of a run all accuracies in % and the loss; of a sweep the metric (by default the test accuracy, else the loss)."""
    return of_sweep(results, metric) if results.sweep else of_run(results)


def of_run(results):
    sources = {results.settings()["circuit"]["model"]: "metrics"}
    if results.has("baselines"):
        sources |= {name.replace("_", " "): f"baselines/{name}/metrics" for name in results["baselines"]}
    figure, axes = new_figure(1, 2, width=3.6, height=2.9)
    for name, group in sources.items():
        colour = colours.method(name)[0]
        x, over = results.axis(group)
        for accuracy, line in ACCURACIES.items():
            if results.has(f"{group}/{accuracy}"):
                part = accuracy.removesuffix("_accuracy")
                axes[0, 0].plot(x, 100 * results[f"{group}/{accuracy}"][()], line, color=colour, lw=1.3, label=f"{name}, {part}")
        if results.has(f"{group}/loss"):
            axes[0, 1].plot(x, results[f"{group}/loss"][()], color=colour, lw=1.3, label=name)
    axes[0, 0].set(xlabel=over, ylabel="answered correctly (%)")
    axes[0, 1].set(xlabel=over, ylabel="loss")
    if np.all([np.all(line.get_ydata()[np.isfinite(line.get_ydata())] > 0) for line in axes[0, 1].lines]):
        axes[0, 1].set(yscale="log", ylabel="loss (logarithmic)")
    for panel in axes.flat:
        if panel.lines:
            panel.legend(frameon=False, fontsize=7)
        else:
            panel.text(0.5, 0.5, "not recorded", transform=panel.transAxes, ha="center", color="0.5")
        from_start(panel, over)
    figure.suptitle(results.title(), fontsize=9)
    return figure


def from_start(panel, over):
    """Where learning follows a development (epochs below 0, often far below), it is learning that is drawn."""
    x = np.concatenate([line.get_xdata() for line in panel.lines]) if panel.lines else np.array([])
    if over == "epoch" and np.any(x < 0) and np.any(x > 0):
        panel.set(xlim=(0, x.max() * 1.02), xlabel="epoch (development not shown)")


def of_sweep(results, metric):
    metric = metric or ("test_accuracy" if results.table[0].get("metrics/test_accuracy") else "loss")
    groups = {}
    for row in results.table:
        groups.setdefault(tuple(row[name] for name in results.swept()), []).append(row)
    if len(groups) > len(colours.SERIES):
        raise Missing(f"{results.path}: {len(groups)} settings are more curves than can be told apart (at most {len(colours.SERIES)}); "
                      "draw a grid, or a sweep of fewer")
    figure, axes = new_figure(1, 1, width=5.2, height=3.4)
    scale, over = (100 if metric.endswith("accuracy") else 1), "epoch"
    for (values, rows), colour in zip(groups.items(), colours.SERIES):
        curves = []
        for row in rows:
            with results.run_of(row) as run:
                x, over = run.axis("metrics")
                curves.append((x, scale * run[f"metrics/{metric}"][()]))
        length = min(len(x) for x, _ in curves)  # runs that were stopped early by a criterion of their own
        heights = np.array([y[:length] for _, y in curves])
        if heights.ndim != 2:
            raise Missing(f"{results.path}: /metrics/{metric} has a value for each layer; name a metric with one")
        x, mean = curves[0][0][:length], heights.mean(0)
        spread = heights.std(0, ddof=1) / np.sqrt(len(curves)) if len(curves) > 1 else np.zeros(length)
        name = ", ".join(f"{key.split('.', 1)[1]} = {value}" for key, value in zip(results.swept(), values)) or "all runs"
        axes[0, 0].fill_between(x, mean - spread, mean + spread, color=colour, alpha=0.2, lw=0)
        axes[0, 0].plot(x, mean, color=colour, lw=1.4, label=f"{name} (n = {len(curves)})")
    name = metric.replace("_", " ")
    axes[0, 0].set(xlabel=over, ylabel=f"{name} (%)" if scale == 100 else name)
    from_start(axes[0, 0], over)
    axes[0, 0].legend(frameon=False, fontsize=7, title="mean ± standard error over seeds", title_fontsize=7)
    figure.suptitle(results.title(), fontsize=9)
    return figure
