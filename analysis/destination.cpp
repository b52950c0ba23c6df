#include "analysis/destination.hpp"

#include <filesystem>
#include <ostream>

#include "sim/core/error.hpp"
#include "sim/hdf5/rewrite.hpp"

namespace apical {

Destination::Destination(const AnalyseRequest& request, const std::string& group)
    : name_(request.out.empty() ? request.file : request.out), group_(group) {
    const bool inside = request.out.empty();
    if (inside) lock_.emplace(request.file);
    output_.emplace(name_, inside ? Existing::ours : request.force ? Existing::replaced : Existing::refused);
    Hdf5Sink::Options options;
    options.path = output_->temporary();
    options.name = name_;
    options.force = true;
    if (inside) {
        // Going on with a file that has no series of ours: everything that is there stays. A file of an interrupted
        // run is left such that `resume` can go on with it.
        leave_growing_ = hdf5::File::open(request.file).is_growing();
        hdf5::rewrite(request.file, output_->temporary(), hdf5::Layout::growing, 0);
        options.resume = Hdf5Sink::Continuation{};
    }
    sink_.emplace(options);
    sink_->remove(group);
}

void Destination::finish(std::ostream& out) {
    std::string complaint;
    if (leave_growing_) sink_->close();
    else complaint = sink_->finish();
    sink_.reset();
    output_->commit();
    out << "\nwritten to " << name_ << ", group " << group_ << '\n' << complaint << (complaint.empty() ? "" : "\n");
}

void refuse_existing(const AnalyseRequest& request, const std::string& group) {
    if (request.force) return;
    if (!request.out.empty()) {
        std::error_code none;
        if (std::filesystem::exists(request.out, none))
            throw InputError({{request.out}, "", "a file that exists", "", "replace it with --force"});
    } else if (hdf5::File::open(request.file).exists(group)) {
        throw InputError({{request.file}, "", group + ", of an earlier analysis", "", "replace it with --force"});
    }
}

}  // namespace apical
