"""Random experiments, addressed by a number: the same number is the same experiment.

Keys, their kinds and their ranges are what `apical describe` prints, so that a key that is new is drawn as well.
"""
import random
import re
import subprocess

MODELS = {  # and what they ask for
    "self_assembly": ("settled", "continuous"),
    "pal": ("continuous",),
    "pal_layers": ("continuous",),
    "burst_ccn": ("settled", "continuous"),
    "backpropagation": ("settled", "continuous"),
    "feedback_alignment": ("settled", "continuous"),
    "kolen_pollack": ("settled", "continuous"),
}
QUADRATIC = {"pal", "pal_layers"}  # their teacher makes sense with squared_error alone
STEPPERS = ("euler", "midpoint", "rk4", "cash_karp54", "dopri5", "cash_karp54_controlled", "dopri5_controlled",
            "adams_bashforth_moulton", "exponential_euler", "euler_maruyama", "stochastic_heun")
PERIODS = ("never", "start and end", "1 epoch", "10 samples", "25 samples and end", "at 0, 30 samples")
# Drawn by hand below, or names of files, or a matter of the machine.
BY_HAND = {"mode", "seed", "lanes", "epochs", "samples", "epoch_size", "threads", "baselines", "stepper", "step",
           "presentation", "model", "dataset", "metrics", "spectra", "weights", "flush", "hidden", "dims", "file",
           "test_file", "validation_file", "plastic", "tolerance", "group", "row", "delay", "population", "column",
           "units", "when", "into", "evaluation_samples", "accuracy_samples", "development", "test_samples",
           "validation_samples", "error_onset", "ramp", "streams", "taught_from", "taught_until",
           "pairing_during_learning", "W", "Y", "Q"}
LINE = re.compile(r"^  (\w+) = (\S+|\".*?\"|\[.*?\])(?:   (.*))?$")
SECTION = re.compile(r"^\[(\w+)\]$")
# Values far from the default make nearly every circuit diverge; these are changed by little.
LEAST, MOST = 0.5, 2.0


def descriptors(program, name):
    """{section: {key: (default as text, what is said of it)}} of a name that `apical describe` knows."""
    text = subprocess.run([program, "describe", name], check=False, capture_output=True, text=True).stdout
    sections, section = {}, None
    for line in text.splitlines():
        if found := SECTION.match(line):
            section = sections.setdefault(found[1], {})
        elif section is not None and (found := LINE.match(line)):
            section[found[1]] = (found[2], found[3] or "")
    return sections


def drawn(draw, default, said):
    """A value near the default, or one of the choices; nothing for what cannot be drawn."""
    if default in ("true", "false"):
        return draw.choice(("true", "false"))
    if default.startswith('"') and " | " in said:
        return f'"{draw.choice(re.split(r" [|] ", re.split(r"  +", said)[0]))}"'
    if found := re.fullmatch(r'"(-?[\d.e+-]+) (\w+)"', default):
        value = float(found[1]) * draw.uniform(LEAST, MOST) if float(found[1]) else draw.choice((0, 0.5, 1, 3))
        return f'"{value:.3g} {found[2]}"'
    if re.fullmatch(r"-?\d+", default):
        return str(int(int(default) * draw.uniform(LEAST, MOST))) if int(default) > 0 else default
    if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", default):
        value = float(default)
        return f"{value * draw.uniform(LEAST, MOST):.6g}" if value else draw.choice(("0.0", "0.01", "0.1"))
    if found := re.fullmatch(r"\[(-?[\d.e+-]+)\]", default):
        value = float(found[1])
        return f"[{value * draw.uniform(LEAST, MOST):.6g}]" if value else draw.choice(("[0.0]", "[0.01]"))
    return None


class Experiment:
    """The text of an experiment: `sections` is {name: {key: value as text}}."""

    def __init__(self, program, number, attempt, known):
        draw = random.Random(f"{number}/{attempt}")
        model = draw.choice(list(MODELS))
        self.continuous = draw.choice(MODELS[model]) == "continuous"
        self.samples = draw.choice((40, 60, 96, 150))
        self.lanes = draw.choice((1, 1, 2, 3, 8, 17))
        self.sections = {"run": self.run(draw, model), "task": self.task(draw, model),
                         "circuit": {"model": f'"{model}"', "hidden": draw.choice(("[7]", "[9, 6]", "[12, 5, 8]"))},
                         "record": {"metrics": f'"{draw.choice(PERIODS)}"', "spectra": f'"{draw.choice(PERIODS)}"',
                                    "weights": f'"{draw.choice(PERIODS)}"',
                                    "evaluation_samples": str(draw.choice((1, 20, 64)))},
                         "checkpoint": {"every": '"0.01 s"'}}
        if model in ("self_assembly",) and draw.random() < 0.7:
            self.sections["self_assembly"] = {"development": draw.choice(("0", "2000", "5000"))}
        names = ["run", "task", "record", model, self.sections["task"]["dataset"].strip('"')]
        for name in names:
            if name not in known:
                known[name] = descriptors(program, name)
            for section, keys in known[name].items():
                for key, (default, said) in keys.items():
                    if key in BY_HAND or draw.random() > 0.12:
                        continue
                    value = drawn(draw, default, said)
                    if value is not None:
                        self.sections.setdefault(section, {}).setdefault(key, value)
        if self.continuous:
            self.look_and_listen(draw, model)
            if draw.random() < 0.2 and model not in QUADRATIC and model != "burst_ccn":
                step = float(self.sections["run"]["step"].strip('"').split()[0])
                self.sections["circuit"]["delay"] = f'"{step * draw.choice((1, 2, 7)):g} ms"'

    def run(self, draw, model):
        keys = {"seed": str(draw.randrange(1000)), "lanes": str(self.lanes), "samples": str(self.samples)}
        if draw.random() < 0.3:
            others = [name for name in MODELS if name != model and name not in QUADRATIC]
            keys["baselines"] = f'["{draw.choice(others)}"]'
        if not self.continuous:
            return keys | {"mode": '"settled"'}
        step = draw.choice((0.1, 0.25, 0.5))
        steps = draw.choice((1, 4, 12))
        keys |= {"mode": '"continuous"', "stepper": f'"{draw.choice(STEPPERS)}"', "step": f'"{step:g} ms"',
                 "presentation": f'"{step * steps:g} ms"', "tolerance": "1e-4"}
        if steps > 3 and draw.random() < 0.5:
            keys["error_onset"] = f'"{step * draw.randrange(steps):g} ms"'
        if steps > 3 and draw.random() < 0.3:
            keys["ramp"] = f'"{step * draw.randrange(steps):g} ms"'
        return keys

    def task(self, draw, model):
        keys = draw.choice((
            {"dataset": '"xor"', "samples": "40", "test_samples": "20"},
            {"dataset": '"yinyang"', "samples": "50", "test_samples": "25"},
            {"dataset": '"digits"', "test_samples": "300", "train_limit": "70"},
            {"dataset": '"teacher_student"', "dims": "[4, 6, 3]", "samples": draw.choice(("0", "45")), "test_samples": "10"},
            {"dataset": '"signals"', "dims": "[5, 3]", "test_samples": "10"},
            {"dataset": '"leaky_teacher"', "samples": "160", "test_samples": "10"},
        ))
        if draw.random() < 0.3:
            keys["validation_samples"] = "8"
        if model in QUADRATIC or draw.random() < 0.2:
            keys["loss"] = '"squared_error"'
        return keys

    def look_and_listen(self, draw, model):
        cells = {"pal": "pyr1", "pal_layers": "pyr1"}.get(model, "up1")
        if draw.random() < 0.6:
            self.sections["trace.a"] = {"population": f'"{cells}"', "column": draw.choice(('"rate"', '"soma"')),
                                        "when": f'"{draw.choice(("10 samples", "1 epoch", "at 0, 20 samples"))}"'}
            if draw.random() < 0.5:
                self.sections["trace.a"]["units"] = "[0, 2]"
        if draw.random() < 0.4:
            self.sections["noise.n"] = {"into": f'["{cells}.basal"]', "sigma": "0.05",
                                        "kind": draw.choice(('"white"', '"ornstein_uhlenbeck"')), "tau": '"5 ms"'}

    def text(self, **changes):
        """`changes`: {"run.samples": "20"} with a double underscore for the dot; None takes a key or a section out."""
        sections = {name: dict(keys) for name, keys in self.sections.items()}
        for path, value in changes.items():
            section, key = path.split("__")
            if value is None:
                sections.get(section, {}).pop(key, None)
            else:
                sections.setdefault(section, {})[key] = value
        return "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()) + "\n"
                       for name, keys in sections.items())

    def without_recording(self):
        copy = dict(self.sections)
        self.sections = {name: keys for name, keys in copy.items() if not name.startswith("trace.")}
        text = self.text(record__metrics='"never"', record__spectra='"never"', record__weights='"never"')
        self.sections = copy
        return text
