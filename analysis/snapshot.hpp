#pragma once
#include <string>
#include <vector>

#include "analysis/registry.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {

/// All weights of a circuit at one moment, as a file holds them.
struct Snapshot {
    struct Entry {
        std::string name;
        Matrix<double> values;  ///< post x pre
        Spectrum singular{};    ///< singular values; `decompose` finds them
    };
    std::string group;                    ///< for /analysis: "final", or "row_3" of /weights
    std::string when;                     ///< in words
    double time = 0;                      ///< presented samples; NaN for /final
    std::vector<Entry> entries;           ///< in the order of the file; without biases: what comes from the cell `one`
    std::vector<std::string> left_out{};  ///< sparse weights that are too large to be made a matrix

    /// Null if there is none of this name.
    const Entry* find(const std::string& name) const;
};

/// State `row` of the run: the snapshots of /weights from 0 on, then /final, if the run came to its end; negative
/// numbers count from the end. Its matrices are not decomposed. Throws InputError.
Snapshot read_snapshot(const hdf5::File& file, long row);

/// Whether /final has matrices; synapses of events are groups there.
bool has_final_weights(const hdf5::File& file);
/// Snapshots of /weights in the file.
long count_snapshots(const hdf5::File& file);

/// Finds the singular values of every matrix: nearly all of the time that an analysis takes.
void decompose(Snapshot& snapshot);

/// A snapshot as a network of layers.
struct Layered {
    Observation seen;                   ///< what the layer metrics need; no layers if the matrices make no network
    Available available;                ///< what of it there is
    std::vector<std::string> left_out;  ///< matrices with the name of a layer's that are not taken for it, and why
};

/// Layers are recognised by the names W1 .. WL, Wbar2 .. WbarL, V1 .. V(L-1) and Vbar1 .. Vbar(L-1), never by sizes; a
/// group of synapses that is not complete, or does not fit the sizes of W, counts as missing.
Layered layered(const Snapshot& snapshot);

}  // namespace apical
