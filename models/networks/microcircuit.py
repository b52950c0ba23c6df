#!/usr/bin/env python3
"""Writes the cortical microcircuit of Potjans and Diesmann 2014, Cereb Cortex 24:785, as a network file, at any size.

    models/networks/microcircuit.py 0.1 > models/networks/microcircuit.toml
    models/networks/microcircuit.py 1 > full.toml        # 77,169 cells, 299 million synapses, 2.5 GB

Below 1 it has fewer cells, and every cell fewer synapses by the same factor s. Weights grow by 1 / sqrt(s), so that the
variance of a cell's input stays, and a current stands for the mean that is lost.
"""
import math
import sys

NAMES = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
SIZES = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
# Probability that there is a synapse from a cell of a column to a cell of a row: table 5.
PROBABILITY = [[.1009, .1689, .0437, .0818, .0323, 0, .0076, 0],
               [.1346, .1371, .0316, .0515, .0755, 0, .0042, 0],
               [.0077, .0059, .0497, .135, .0067, .0003, .0453, 0],
               [.0691, .0029, .0794, .1597, .0033, 0, .1057, 0],
               [.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0],
               [.0548, .0269, .0257, .0022, .06, .3158, .0086, 0],
               [.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252],
               [.0364, .001, .0034, .0005, .0277, .008, .0658, .1443]]
OUTSIDE = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]  # synapses of a cell from outside
OUTSIDE_RATE = 8  # Hz, of each
RATES = [.971, 2.868, 4.746, 5.396, 8.142, 9.078, .991, 7.523]  # Hz, at full size
C_M, TAU_M, TAU_SYN, T_REF, E_L, V_TH = 250, 10, .5, 2, -65, -50  # pF, ms, ms, ms, mV, mV
WEIGHT = 87.8081  # pA: the potential of a cell at rest rises by 0.15 mV
SPREAD = .1  # standard deviation of weights over their mean
INHIBITION = -4  # weight of an inhibitory over that of an excitatory synapse
DELAY = {"E": (1.5, .75), "I": (.75, .375)}  # ms, mean and standard deviation
SHORTEST = .05  # ms; shorter delays are drawn again
V_START = (-58, 10)  # mV


def is_excitatory(k):
    return NAMES[k].endswith("E")


def weight(target, source):
    """Mean at full size, in pA."""
    if not is_excitatory(source):
        return INHIBITION * WEIGHT
    return 2 * WEIGHT if (NAMES[target], NAMES[source]) == ("L23E", "L4E") else WEIGHT


def full_synapses(target, source):
    """At full size: so many pairs drawn with replacement leave the fraction 1 - p of all pairs without a synapse."""
    pairs = SIZES[target] * SIZES[source]
    return math.log1p(-PROBABILITY[target][source]) / math.log1p(-1 / pairs)


def cells(k, s):
    return max(1, round(s * SIZES[k]))


def synapses(target, source, s):
    return round(s * s * full_synapses(target, source))


def lost_current(target, s):
    """pA: what a cell has less of on average at the size s."""
    inside = sum(weight(target, b) * full_synapses(target, b) / SIZES[target] * RATES[b] for b in range(len(NAMES)))
    return 1e-3 * TAU_SYN * (1 - math.sqrt(s)) * (inside + WEIGHT * OUTSIDE[target] * OUTSIDE_RATE)


def number(x):
    return f"{x:.6g}"


def lines(s):
    strength = 1 / math.sqrt(s)
    yield f"""\
# Cortical microcircuit of Potjans and Diesmann 2014, Cereb Cortex 24:785: four layers with excitatory and inhibitory
# cells, at {number(s)} of its size. Written by microcircuit.py, which says where the numbers come from, and writes other sizes:
#     models/networks/microcircuit.py {number(s)} > microcircuit.toml
#     apical run microcircuit.toml

[run]
mode = "spiking"
duration = "1 s"
step = "0.1 ms"

[circuit]
model = "network"

# I_e stands for the mean input of the cells that were left out.
[population]"""
    for k, name in enumerate(NAMES):
        yield (f'{name:<4} = {{ neuron = "lif_current", size = {cells(k, s)}, C_m = "{C_M} pF", tau_m = "{TAU_M} ms", '
               f'E_L = "{E_L} mV", V_th = "{V_TH} mV", V_reset = "{E_L} mV", t_ref = "{T_REF} ms", '
               f'tau_excitatory = "{TAU_SYN} ms", tau_inhibitory = "{TAU_SYN} ms", '
               f'I_e = "{number(lost_current(k, s))} pA", initial = {{ V = {{ normal = ["{V_START[0]} mV", "{V_START[1]} mV"] }} }} }}')
    yield f"""
# count: probabilities of table 5 as numbers of synapses drawn with replacement, at full size, times {number(s)}^2.
# weight: {WEIGHT} pA (0.15 mV), twice that from L4E to L23E, {INHIBITION} times that where inhibitory, over the root of {number(s)}.
[projection]"""
    for target in range(len(NAMES)):
        for source in range(len(NAMES)):
            if synapses(target, source, s) == 0:
                continue
            mean = weight(target, source) * strength
            furthest = number(2e3 * strength if mean > 0 else -2e3 * strength)
            bounds = f'["0 pA", "{furthest} pA"]' if mean > 0 else f'["{furthest} pA", "0 pA"]'
            delay, deviation = DELAY["E" if is_excitatory(source) else "I"]
            receptor = "excitatory" if is_excitatory(source) else "inhibitory"
            yield (f'{NAMES[source]}_{NAMES[target]:<4} = {{ source = "{NAMES[source]}", target = "{NAMES[target]}", '
                   f'receptor = "{receptor}", rule = "total", count = {synapses(target, source, s)}, multapses = true, '
                   f'weight = {{ normal = ["{number(mean)} pA", "{number(SPREAD * abs(mean))} pA"], within = {bounds} }}, '
                   f'delay = {{ normal = ["{delay} ms", "{deviation} ms"], within = ["{SHORTEST} ms", "100 ms"] }} }}')
    yield f"""
# {OUTSIDE_RATE} Hz from each of {OUTSIDE[0]}, {', '.join(map(str, OUTSIDE[1:]))} cells, times {number(s)}.
[input]"""
    for k, name in enumerate(NAMES):
        yield (f'to_{name:<4} = {{ target = "{name}", receptor = "excitatory", '
               f'rate = "{number(s * OUTSIDE[k] * OUTSIDE_RATE)} Hz", weight = "{number(WEIGHT * strength)} pA" }}')


def main():
    try:
        s = float(sys.argv[1])
        if len(sys.argv) != 2 or not 0 < s <= 1:
            raise ValueError
    except (IndexError, ValueError):
        sys.exit(f"usage: {sys.argv[0]} SIZE, above 0, at most 1\n\n{__doc__}")
    print("\n".join(lines(s)))


if __name__ == "__main__":
    main()
