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


DASHES = "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1))  # of baselines, one a setting


def curves(results, rows, metric):
    """By the group of a file, that of the circuit and those of its baselines: a curve a seed, and what it is over."""
    found, over = {}, "epoch"
    for row in rows:
        with results.run_of(row) as run:
            for group in "metrics", *(f"baselines/{name}/metrics" for name in (run["baselines"] if run.has("baselines") else ())):
                if group == "metrics" or run.has(f"{group}/{metric}"):
                    x, over = run.axis(group)
                    found.setdefault(group, []).append((x, run[f"{group}/{metric}"][()]))
    return found, over


def band(axes, seeds, metric, path, **look):
    """Mean over seeds where all have it, with its standard error."""
    length = min(len(x) for x, _ in seeds)  # runs that were stopped early by a criterion of their own
    heights = (100 if metric.endswith("accuracy") else 1) * np.array([y[:length] for _, y in seeds])
    if heights.ndim != 2:
        raise Missing(f"{path}: /metrics/{metric} has a value for each layer; name a metric with one")
    x, mean = seeds[0][0][:length], heights.mean(0)
    spread = heights.std(0, ddof=1) / np.sqrt(len(seeds)) if len(seeds) > 1 else np.zeros(length)
    axes.fill_between(x, mean - spread, mean + spread, color=look["color"], alpha=0.2, lw=0)
    axes.plot(x, mean, **{"lw": 1.4, **look})


def in_words(keys, settings):
    """What these settings, tuples of values, have in common."""
    return ", ".join(f"{key.split('.', 1)[1]} = {values[0]}" for key, values in zip(keys, zip(*settings)) if len(set(values)) == 1)


def draw_baselines(axes, drawn, swept, metric, path):
    """`drawn`: curves by group, by setting. What a setting does not change is drawn once, else a line for each."""
    for group in dict.fromkeys(group for found in drawn.values() for group in found if group != "metrics"):
        colour, name = colours.method(group.split("/")[1])
        different = {}
        for setting, found in drawn.items():
            if group in found:
                different.setdefault(b"".join(y.tobytes() for _, y in found[group]), ([], found[group]))[0].append(setting)
        for k, (settings, seeds) in enumerate(different.values()):
            words = name if len(different) == 1 else f"{name}, {in_words(swept, settings)}"
            if len(different) > len(DASHES):
                words = f"{name}, a line a setting" if k == 0 else ""
            band(axes, seeds, metric, path, color=colour, ls=DASHES[k % len(DASHES)], lw=1.1,
                 label=f"{words} (n = {len(seeds)})" if words else None)


def of_sweep(results, metric):
    metric = metric or ("test_accuracy" if results.table[0].get("metrics/test_accuracy") else "loss")
    groups, swept = {}, results.swept()
    for row in results.table:
        groups.setdefault(tuple(row[name] for name in swept), []).append(row)
    if len(groups) > len(colours.SERIES):
        raise Missing(f"{results.path}: {len(groups)} settings are more curves than can be told apart (at most {len(colours.SERIES)}); "
                      "draw a grid, or a sweep of fewer")
    figure, axes = new_figure(1, 1, width=5.2, height=3.4)
    drawn, over = {}, "epoch"
    for values, rows in groups.items():
        drawn[values], over = curves(results, rows, metric)
    # A method has its colour; settings have those that no baseline beside them has.
    others = {colours.method(group.split("/")[1])[0] for found in drawn.values() for group in found if group != "metrics"}
    free = [colour for colour in colours.SERIES if colour not in others] + [colour for colour in colours.SERIES if colour in others]
    models = [row[0].get("circuit.model", "") for row in groups.values()]
    looks = [colours.method(model) for model in models] if len(set(models)) == len(groups) else [(colour, None) for colour in free]
    for (values, found), (colour, name) in zip(drawn.items(), looks):
        words = name if name and swept in ([], ["circuit.model"]) else in_words(swept, [values])
        band(axes[0, 0], found["metrics"], metric, results.path, color=colour, label=f"{words or 'all runs'} (n = {len(found['metrics'])})")
    draw_baselines(axes[0, 0], drawn, swept, metric, results.path)
    name = metric.replace("_", " ")
    axes[0, 0].set(xlabel=over, ylabel=f"{name} (%)" if metric.endswith("accuracy") else name)
    from_start(axes[0, 0], over)
    axes[0, 0].legend(frameon=False, fontsize=7, title="mean ± standard error over seeds", title_fontsize=7)
    figure.suptitle(results.title(), fontsize=9)
    return figure
