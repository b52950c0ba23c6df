#pragma once
#include <string>
#include <vector>

namespace apical {

/// A file that a command reads: no output may take its place.
struct InputFile {
    std::string path;
    std::string role;  ///< for messages: "the experiment", "which task.file reads"
};

/// Collects the files that data sources find while it lives: only they know which files a published set has, and all of
/// them ask data/data_path.cpp, which notes the answer here. Of several, the innermost of the thread collects.
class FilesFound {
   public:
    FilesFound();
    ~FilesFound();
    FilesFound(const FilesFound&) = delete;
    FilesFound& operator=(const FilesFound&) = delete;

    static void note(InputFile file);  ///< does nothing without a collector
    const std::vector<InputFile>& all() const { return all_; }

   private:
    FilesFound* outer_;
    std::vector<InputFile> all_;
};

}  // namespace apical
