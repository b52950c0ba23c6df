"""What is measured layer by layer: angles over learning, and spectra at instants of it."""
import numpy as np

from .learning import from_start
from .colours import layers
from .results import new_figure


def has_angles(results):
    return any(name.startswith("cosine_") for name in (results["metrics"] if results.has("metrics") else ()))


def angles(results):
    """Every cosine among the metrics as an angle in degrees: 0 is the same direction, 90 has nothing to do with it."""
    names = [name for name in results["metrics"] if name.startswith("cosine_")]
    if not names:
        raise results.lacking("metrics/cosine_sgd")
    columns = min(3, len(names))
    figure, axes = new_figure(-(-len(names) // columns), columns, width=2.9, height=2.4)
    x, over = results.axis("metrics")
    for panel, name in zip(axes.flat, names):
        values = results[f"metrics/{name}"]
        degrees = np.degrees(np.arccos(np.clip(values[()], -1, 1))).reshape(len(x), -1)
        numbers = layer_numbers(values, degrees.shape[1])
        for k, colour in enumerate(layers(degrees.shape[1])):
            panel.plot(x, degrees[:, k], color=colour, lw=1.3, label=f"layer {numbers[k]}")
        panel.axhline(90, color="0.6", lw=0.8, ls=":", zorder=0)
        finite = degrees[np.isfinite(degrees)]
        panel.set(xlabel=over, ylabel="angle (degrees)", yticks=range(0, 181, 45), ylim=(0, max(95, finite.max(initial=0) * 1.03)))
        from_start(panel, over)
        panel.set_title(name, fontsize=8)
    for panel in axes.flat[len(names):]:
        panel.remove()
    axes.flat[0].legend(frameon=False, fontsize=7)
    figure.suptitle(f"{results.title()}; angles of the metrics named above each panel", fontsize=9)
    return figure


def layer_numbers(values, count):
    """Which layers the columns are, from the scale of the axis."""
    if values.ndim > 1 and len(values.dims) > 1 and len(values.dims[1]):
        return [int(number) for number in values.dims[1][0][()]]
    return list(range(1, count + 1))


SPECTRA = {"singular_values_W": "singular value of W", "eigenvalues_H": "eigenvalue of H = V̄ V̄ᵀ",
           "singular_values_V": "singular value of V"}


def has_spectra(results):
    return any(results.has(f"spectra/{name}") for name in SPECTRA)


def spectra(results):
    """A panel a layer and kind of matrix, a curve an instant, largest first."""
    import matplotlib

    names = [name for name in SPECTRA if results.has(f"spectra/{name}")]
    if not names:
        raise results.lacking("spectra/singular_values_W")
    x, over = results.axis("spectra")
    chosen = np.unique(np.linspace(0, len(x) - 1, min(6, len(x))).astype(int))
    columns = max(results[f"spectra/{name}"].shape[1] for name in names)
    figure, axes = new_figure(len(names), columns, width=2.7, height=2.3)
    colours = [matplotlib.colormaps["viridis"](0.9 - 0.9 * k / max(1, len(chosen) - 1)) for k in range(len(chosen))]
    for row, name in zip(axes, names):
        values = results[f"spectra/{name}"]
        for layer, panel in enumerate(row):
            if layer >= values.shape[1]:
                panel.remove()
                continue
            for instant, colour in zip(chosen, colours):
                spectrum = values[instant, layer]
                spectrum = np.sort(spectrum[np.isfinite(spectrum)])[::-1]
                panel.plot(np.arange(1, len(spectrum) + 1), np.maximum(spectrum, 0), color=colour, lw=1.2, label=f"{over.split(' (')[0]} {x[instant]:.4g}")
            panel.set(xlabel="number, largest first", ylabel=SPECTRA[name], ylim=(0, None))
            panel.set_title(f"layer {layer_numbers(values, values.shape[1])[layer]}", fontsize=8)
    axes[0, 0].legend(frameon=False, fontsize=6)
    figure.suptitle(results.title(), fontsize=9)
    return figure
