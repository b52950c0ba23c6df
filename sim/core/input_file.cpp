#include "sim/core/input_file.hpp"

#include <utility>

namespace apical {
namespace {

thread_local FilesFound* innermost = nullptr;

}  // namespace

FilesFound::FilesFound() : outer_(std::exchange(innermost, this)) {}
FilesFound::~FilesFound() { innermost = outer_; }

void FilesFound::note(InputFile file) {
    if (innermost != nullptr) innermost->all_.push_back(std::move(file));
}

}  // namespace apical
