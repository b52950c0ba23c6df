#include "sim/experiment/provenance.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "sim/core/error.hpp"
#include "sim/experiment/build_info.hpp"
#include "sim/hdf5/file.hpp"

namespace apical {
namespace {

std::string now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string host() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

const std::string provenance_group = "/provenance";

}  // namespace

Provenance::Provenance(std::string command_line, const std::vector<Extension>& extensions)
    : command_line_(std::move(command_line)), binary_(binary_identity()), start_(now()) {
    for (const auto& [name, version] : extensions)
        extensions_ += fmt::format("{}{} {}", extensions_.empty() ? "" : ", ", name, version);
    if (!extensions_.empty()) binary_ += ", extensions " + extensions_;
}

void Provenance::add(const std::string& event) { history_ += now() + " " + event + "\n"; }

double Provenance::elapsed() const {
    return elapsed_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

void Provenance::save(ArchiveWriter& archive) const {
    archive.put("provenance/start", start_);
    archive.put("provenance/history", history_);
    archive.put("provenance/binary", binary_);
    archive.put("provenance/cpu", cpu_model());
    const double seconds[] = {elapsed()};
    archive.put("provenance/elapsed", std::span<const double>(seconds));
}

std::string Provenance::take_over(const ArchiveReader& archive) {
    start_ = archive.text("provenance/start");
    history_ = archive.text("provenance/history");
    archive.take("provenance/elapsed", std::span<double>(&elapsed_before_, 1));
    std::string difference;
    if (const std::string binary = archive.text("provenance/binary"); binary != binary_)
        difference = "made by another build (" + binary + ")";
    if (const std::string cpu = archive.text("provenance/cpu"); cpu != cpu_model())
        difference += std::string(difference.empty() ? "" : " and ") + "made on another processor (" + cpu + ")";
    return difference;
}

void Provenance::write_start(Sink& sink, std::uint64_t seed, int threads, const std::string& data,
                             const std::vector<Given>& given) const {
    sink.attribute(provenance_group, "command_line", command_line_);
    sink.attribute(provenance_group, "seed", std::to_string(seed));
    for (const auto& [name, value] : build_info()) sink.attribute(provenance_group, name, value);
    if (!extensions_.empty()) sink.attribute(provenance_group, "extensions", extensions_);
    sink.attribute(provenance_group, "host", host());
    sink.attribute(provenance_group, "cpu", cpu_model());
    sink.attribute(provenance_group, "threads", std::to_string(threads));
    sink.attribute(provenance_group, "data", data);
    for (const Given& one : given) sink.attribute(provenance_group, one.name, one.text);
    sink.attribute(provenance_group, "start", start_);
    sink.attribute(provenance_group, "history", history_);
}

void Provenance::write_going_on(Sink& sink) const { sink.attribute(provenance_group, "ending", "not finished"); }

void Provenance::write_end(Sink& sink, const std::string& ending) {
    add(ending);
    sink.attribute(provenance_group, "end", now());
    sink.attribute(provenance_group, "ending", ending);
    sink.attribute(provenance_group, "wall_time", fmt::format("{:.3f} s", elapsed()));
    sink.attribute(provenance_group, "history", history_);
}

std::optional<std::string> ending_of(const std::string& file) try {
    const hdf5::File run = hdf5::File::open(file);
    if (!run.is_group(provenance_group) || !run.group(provenance_group).attribute("start")) return std::nullopt;
    return run.group(provenance_group).attribute("ending").value_or("");
} catch (const InputError&) {
    return std::nullopt;
}

}  // namespace apical
