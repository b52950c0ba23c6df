#pragma once
#include <string>
#include <vector>

#include "sim/circuit/circuit.hpp"

/// What instruments of self-assembly with spikes need to know of its layers.
namespace apical::spiking_assembly {

/// One layer of the circuit.
struct Layer {
    PopulationId below, up, down;  ///< `below`: whose rates W sees, the ends of axons
    double delay = 0;              ///< of axons to the layer below, as of those from it, ms
    std::string W, V, Vbar;        ///< no V nor Vbar in the output layer
    double quantum, slope, open, saturation;
    bool masked = false;   ///< W learns only while its cell fires
    bool dense = false;    ///< downstream units hear all cells of their layer, and have no partner
    bool relaxed = false;  ///< errors are what active cells have explained
    bool keeps = true;     ///< what no spike has carried yet, of either sign
    bool rests = true;     ///< sends nothing without an error
};

/// Layers 1 .. L at [l]; empty if this is another circuit, or its errors are not spikes.
std::vector<Layer> layers_of(const Circuit& circuit);

/// What is the part of an error that passes a unit, at this lateral potential.
double gate_of(const Layer& layer, double lateral);

}  // namespace apical::spiking_assembly
