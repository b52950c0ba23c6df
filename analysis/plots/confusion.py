"""What a circuit answers to test samples of each class."""
import numpy as np

from .results import Missing, new_figure, text

WRITTEN = 20  # classes up to which every cell has its number


def there(results):
    return results.has("confusion/test")


def draw(results):
    """Rows are classes, columns answers; the colour is the share of a class's samples, the numbers are samples."""
    from matplotlib.ticker import MaxNLocator

    counts = results["confusion/test"][()]
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not np.isfinite(counts).all():
        raise Missing(f"{results.path}: /confusion/test is not a square of counts")
    of_class = counts.sum(axis=1, keepdims=True)
    share = np.divide(100 * counts, of_class, out=np.full(counts.shape, np.nan), where=of_class > 0)
    classes = len(counts)
    written = classes <= WRITTEN
    figure, axes = new_figure(1, 1, width=max(3.4, 1.6 + 0.24 * min(classes, WRITTEN)), height=max(2.9, 1.1 + 0.24 * min(classes, WRITTEN)))
    panel = axes[0, 0]
    image = panel.imshow(share, cmap="cividis", vmin=0, vmax=100, interpolation="nearest")
    for (row, column), count in np.ndenumerate(counts) if written else ():
        if count:
            panel.text(column, row, f"{count:g}", ha="center", va="center", fontsize=6, color="black" if share[row, column] > 55 else "white")
    panel.set(xlabel="answer", ylabel="class of the sample")
    names = class_names(results, classes)
    if written and names:
        panel.set_xticks(range(classes), names, rotation=45 if max(map(len, names)) > 3 else 0, ha="right" if max(map(len, names)) > 3 else "center")
        panel.set_yticks(range(classes), names)
    else:
        for side in panel.xaxis, panel.yaxis:
            side.set_major_locator(MaxNLocator(12, integer=True))
    panel.spines[["left", "bottom"]].set_visible(False)
    figure.colorbar(image, ax=panel, label="share of the class (%)")
    right = 100 * np.trace(counts) / counts.sum() if counts.sum() > 0 else np.nan
    figure.suptitle(f"{results.title()}\n{right:.2f} % of n = {counts.sum():,.0f} test samples right, at the end; numbers: samples", fontsize=8)
    return figure


def class_names(results, classes):
    """Of as many classes, or [] where the file has no names of them."""
    if not results.has("task/class_names") or results["task/class_names"].shape != (classes,):
        return []
    return [text(name) for name in results["task/class_names"][()]]
