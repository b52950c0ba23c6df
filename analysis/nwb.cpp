#include "analysis/nwb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "analysis/recorded_trains.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/hdf5/foreign.hpp"

namespace apical {
namespace {

const char* const version = "2.7.0";
const char* const unknown_time = "1970-01-01T00:00:00Z";

class Writer {
   public:
    Writer(const hdf5::File& run, hdf5::File& to) : to_(to) {
        Fingerprint all;
        all.add(run.data_set("/config").text());
        start_ = run.group("/provenance").attribute("start").value_or(unknown_time);
        all.add(start_);
        all.add(run.path());
        identity_ = all.text();
    }

    void frame() {
        be("/", "core", "NWBFile");
        hdf5::set_text_attribute(to_, "/", "nwb_version", std::string(version));
        to_.make_texts("/file_create_date", {start_});
        to_.make_text("/identifier", identity_);
        to_.make_text("/session_description", "spikes of a simulation by apical");
        to_.make_text("/session_start_time", start_);
        to_.make_text("/timestamps_reference_time", start_);
        for (const char* group : {"/acquisition", "/analysis", "/general", "/processing", "/stimulus/presentation",
                                  "/stimulus/templates", "/units"})
            to_.make_group(group);
    }

    void units(const RecordedTrains& trains, const std::vector<std::string>& groups) {
        std::vector<std::uint64_t> ends, cells;
        std::vector<std::string> names;
        std::uint64_t spikes = 0, written = 0;
        const auto is_wanted = [&](const std::string& name) {
            return std::ranges::find(groups, "/spikes/" + name) != groups.end();
        };
        for (const auto& population : trains.populations())
            if (is_wanted(population.name)) spikes += population.spikes;
        hdf5::DataSet times = to_.make_data_set("/units/spike_times", {hdf5::Kind::float64, {spikes}});
        for (std::size_t k = 0; k < trains.populations().size(); ++k) {
            const RecordedTrains::Population& population = trains.populations()[k];
            if (!is_wanted(population.name)) continue;
            std::vector<std::vector<double>> of(population.cells.size());
            trains.each(0, UINT64_MAX, [&](std::size_t which, std::uint64_t step, auto fired) {
                if (which != k) return;
                for (const std::uint32_t cell : fired)
                    of[cell].push_back(1e-3 * trains.step() * static_cast<double>(step));
            });
            for (std::size_t cell = 0; cell < of.size(); ++cell) {
                if (!of[cell].empty()) times.write_rows<double>(written, of[cell]);
                written += of[cell].size();
                ends.push_back(written);
                cells.push_back(population.cells[cell]);
                names.push_back(population.name);
            }
        }
        column("/units/spike_times", "VectorData", "spike times of all units, in s");
        numbers("/units/spike_times_index", ends);
        column("/units/spike_times_index", "VectorIndex", "where the spike times of a unit end");
        hdf5::set_reference(to_, "/units/spike_times_index", "target", "/units/spike_times");
        std::vector<std::int64_t> ids(cells.size());
        std::iota(ids.begin(), ids.end(), std::int64_t{0});
        hdf5::make_integers(to_, "/units/id", ids);
        be("/units/id", "hdmf-common", "ElementIdentifiers");
        numbers("/units/cell", cells);
        column("/units/cell", "VectorData", "number of the cell in its population, counted from 0");
        to_.make_texts("/units/population", names);
        column("/units/population", "VectorData", "population of the cell");
        be("/units", "core", "Units");
        hdf5::set_text_attribute(to_, "/units", "description", std::string("cells that were recorded"));
        hdf5::set_text_attribute(to_, "/units", "colnames",
                                 std::vector<std::string>{"spike_times", "population", "cell"});
    }

   private:
    /// What says of an object which type of the format it is.
    void be(const std::string& object, const std::string& space, const std::string& type) {
        hdf5::set_text_attribute(to_, object, "namespace", space);
        hdf5::set_text_attribute(to_, object, "neurodata_type", type);
        hdf5::set_text_attribute(to_, object, "object_id", identifier(object));
    }

    void column(const std::string& path, const std::string& type, const std::string& text) {
        be(path, "hdmf-common", type);
        hdf5::set_text_attribute(to_, path, "description", text);
    }

    void numbers(const std::string& path, const std::vector<std::uint64_t>& values) {
        to_.make_data_set(path, {hdf5::Kind::uint64, {values.size()}}).write<std::uint64_t>(values);
    }

    /// A UUID (RFC 9562) of version 8: of the run and the object.
    std::string identifier(const std::string& object) const {
        Fingerprint of;
        of.add(identity_);
        of.add(object);
        std::string digits = of.text();
        digits.erase(0, digits.find_last_of(' ') + 1);
        digits[12] = '8';
        digits[16] = 'a';
        return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                           digits.substr(16, 4), digits.substr(20, 12));
    }

    hdf5::File& to_;
    std::string start_, identity_;
};

}  // namespace

void write_nwb(const hdf5::File& run, const std::vector<std::string>& groups, hdf5::File& to) {
    const RecordedTrains trains(run);
    Writer writer(run, to);
    writer.frame();
    writer.units(trains, groups);
}

}  // namespace apical
