#include <filesystem>

#include "analysis/commands.hpp"
#include "analysis/html/describe.hpp"
#include "analysis/html/page.hpp"
#include "sim/core/error.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/record/distinct_files.hpp"

namespace apical {

std::string write_page(const PageRequest& request, const Catalogue& catalogue) {
    namespace fs = std::filesystem;
    std::error_code none;
    const bool folder = fs::is_directory(request.subject, none);
    const hdf5::File file = hdf5::File::open(folder ? request.subject + "/index.h5" : request.subject);
    const bool sweep = file.is_group("/keys");
    if (!sweep && !file.exists("/config"))
        throw InputError(
            {{request.subject, 0, 0}, "", "neither /config nor /keys", "the file of a run, or of a sweep", ""});
    const fs::path beside =
        folder ? fs::path(request.subject) / "report.html" : fs::path(request.subject).replace_extension(".html");
    std::string out = request.out.empty() ? beside.lexically_normal().string() : request.out;
    const std::vector<InputFile> read{{file.path(), "the file that is read"}};
    require_distinct({out, {"command line", 0, 0}, "--out", ""}, read);
    const fs::path named = fs::weakly_canonical(
        folder || !sweep ? fs::path(request.subject) : fs::path(request.subject).parent_path(), none);
    Page page((sweep ? "Sweep " : "Run ") +
              (named.filename().empty() ? named.parent_path() : named).filename().string());
    const std::vector<std::string> models = names_of(catalogue.models);
    if (sweep) describe_sweep(file, models, fs::absolute(out, none).parent_path(), page);
    else describe_run(file, models, page);
    page.write(out, request.force);
    return out;
}

}  // namespace apical
