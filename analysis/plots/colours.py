"""One table of colours: what one of them says in a picture it says in all of them.

Methods, variants of a circuit, groups of synapses and kinds of cells each have a family of their own: Okabe and Ito (2008), and the
qualitative schemes of Paul Tol (2021), of which each is told apart with every kind of colour vision. Layers are a sequence, from dark
to light, none too pale for paper. Where two families meet in a picture, markers or dashes tell them apart as well.
"""

METHODS = {"self_assembly": "#0072b2", "backpropagation": "#4d4d4d", "feedback_alignment": "#e69f00", "kolen_pollack": "#009e73",
           "burst_ccn": "#cc79a7", "pal": "#56b4e9", "pal_layers": "#56b4e9", "sign_concordant": "#d55e00",
           "spiking_self_assembly": "#0072b2"}
NAMES = {"self_assembly": "self-assembly", "spiking_self_assembly": "self-assembly, spikes", "feedback_alignment": "feedback alignment",
         "kolen_pollack": "Kolen-Pollack", "burst_ccn": "BurstCCN", "pal": "PAL", "pal_layers": "PAL",
         "sign_concordant": "sign-concordant"}
VARIANTS = {"topographic": "#332288", "dense": "#aa4499", "relaxed": "#44aa99", "relaxed_active": "#999933", "veto": "#882255"}
GROUPS = {"W": "#0077bb", "Wbar": "#cc3311", "V": "#009988", "Vbar": "#ee7733"}
CELLS = {"upstream": "#0077bb", "downstream": "#ee3377", "excitatory": "#0077bb", "inhibitory": "#cc3311", "error above": "#ee7733",
         "error below": "#009988", "teacher": "#009e73", "hidden": "#0077bb", "output": "#b35900"}
EVENTS = {"event": "#0077bb", "burst": "#cc3311"}  # of cells that burst
CODES = {"pair": "#004488", "many": "#bb5566", "graded": "#ddaa33", "analog": "#000000"}  # what carries an error: spikes, or none
# What carries errors back; where it is a method of its own, in that method's colour.
FEEDBACK = {"bp": METHODS["backpropagation"], "transported": METHODS["backpropagation"], "frsf": METHODS["sign_concordant"],
            "fa": METHODS["feedback_alignment"], "fixed": METHODS["feedback_alignment"], "usf": "#117733", "brsf": "#88ccee",
            "dale": "#332288", "mix": "#999933", "anti": "#aa4499", "none": "#aaaaaa"}
INPUTS = {(0, 0): "#7f7f7f", (1, 0): "#0072b2", (0, 1): "#56b4e9", (1, 1): "#d55e00"}  # of the exclusive or: blue is 1, the others are 0
SERIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f7f7f"]  # of what is in no table
DATA = {"digits": "digits (8 × 8)", "mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10", "svhn": "SVHN",
        "xor": "XOR", "yinyang": "Yin-Yang"}


def method(name):
    """(colour, how it is written) of a method by its name in files; a name of none of ours has the grey of what is not in the table."""
    name = name.replace(" ", "_")
    return METHODS.get(name, "#7f7f7f"), NAMES.get(name, name.replace("_", " "))


def layers(count):
    """Of so many layers, the first dark."""
    import matplotlib

    return [matplotlib.colormaps["viridis"](0.85 * k / max(1, count - 1)) for k in range(count)]
