#pragma once
#include <filesystem>

#include "sim/hdf5/file.hpp"

namespace apical {

class Page;

// `models`: the names of all that the program knows, of which each has its colour.

/// What a page says of a run: what it reached, how it got there, spectra at the end, what was run and by what.
void describe_run(const hdf5::File& file, const std::vector<std::string>& models, Page& page);
/// Of the file of a free run: statistics of spikes, a raster, histograms of intervals, distributions of weights.
void describe_activity(const hdf5::File& file, Page& page);
/// Of what was recorded over time: a figure of the first stretch of every trace, and of the last.
void describe_traces(const hdf5::File& file, Page& page);
/// What a page says of a sweep: the best settings, each swept key's effect, all runs, and why some failed. A run leads
/// to its own page where `report` has made one, else to its file; `from`: the folder of this page.
void describe_sweep(const hdf5::File& index, const std::vector<std::string>& models, const std::filesystem::path& from,
                    Page& page);

}  // namespace apical
