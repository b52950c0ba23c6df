#!/usr/bin/env python3
"""Measuring takes a few times the weights, however many outputs, inputs or cells there are: nothing is a layer's square.

    many_outputs.py APICAL
"""
import os
import subprocess
import sys
import tempfile

apical = os.path.abspath(sys.argv[1])
MANY, MOST_MEGABYTES = 8000, 80  # a square of them would be 512
LAYERS = {"outputs": (2, [2, 3], MANY), "inputs": (MANY, [3, 2], 2), "cells": (2, [MANY], 2)}
IN_TIME = ["run.mode=continuous", "run.step=.01 ms", "run.presentation=.05 ms", "run.stepper=euler_maruyama", "task.loss=squared_error"]
MODELS = {  # which of its layers can be wide, and what it needs to run; cross synapses are a layer's square by nature
    "self_assembly": (["outputs", "inputs"], ["self_assembly.development=100"]),
    "backpropagation": (["outputs", "inputs", "cells"], []),
    "kolen_pollack": (["outputs", "inputs", "cells"], []),
    "burst_ccn": (["outputs", "inputs"], []),
    "pal": (["outputs", "inputs"], IN_TIME + ["pal.eta_W=0", "pal.eta_B=0", "pal.eta_IP=0", "pal.eta_PI=0"]),
}


def write_data(inputs):
    with open("data.csv", "w", encoding="utf-8") as file:
        for sample in range(8):
            print(*((7 * sample + k) % 5 / 4 for k in range(inputs)), sample % 2, sep=",", file=file)


def memory(*words):
    """Peak, in MB."""
    with subprocess.Popen([apical, *words], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return usage.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for model, (kinds, settings) in MODELS.items():
            for kind in kinds:
                inputs, hidden, classes = LAYERS[kind]
                write_data(inputs)
                words = ["run", "e.toml", "--out", "e.h5", "--force", "--progress", "none", "--threads", "1"]
                with open("e.toml", "w", encoding="utf-8") as file:
                    file.write(f'[run]\nsamples = 8\nlanes = 4\n[task]\ndataset = "csv"\nfile = "data.csv"\n'
                               f'classes = {classes}\n[circuit]\nmodel = "{model}"\nhidden = {hidden}\n')
                for setting in settings:
                    words += ["--set", setting]
                without = memory(*words, "--set", "record.metrics=never", "--set", "record.spectra=never")
                measured = memory(*words, "--set", "record.metrics=4 samples", "--set", "record.spectra=4 samples")
                analysed, reported = memory("analyse", "e.h5"), memory("report", "e.h5", "--force")
                print(f"{model}, {MANY} {kind}: {without:.0f} MB, measured {measured:.0f}, analyse {analysed:.0f}, "
                      f"report {reported:.0f}", flush=True)
                assert max(measured, analysed, reported) < without + MOST_MEGABYTES


main()
