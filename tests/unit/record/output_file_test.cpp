#include "sim/record/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;
using apical::test::Folder;
using Catch::Contains;
using Names = std::vector<std::string>;

namespace fs = std::filesystem;

namespace {

std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

void fill(const OutputFile& file, const std::string& text) {
    std::ofstream stream = file.stream();
    stream << text;
    file.close(stream);
}

}  // namespace

TEST_CASE("an output has its name when it is whole, and leaves nothing when it is given up") {
    const Folder folder;
    {
        OutputFile file(folder.path("a"), Existing::refused);
        fill(file, "new");
        CHECK_FALSE(fs::exists(folder.path("a")));
        file.commit();
        CHECK(content(folder.path("a")) == "new");
    }
    {
        const OutputFile file(folder.path("b"), Existing::refused);
        fill(file, "half");
        const OutputFile over(folder.path("a"), Existing::replaced);
        fill(over, "half");
        CHECK(folder.names().size() == 3);
    }
    CHECK(folder.names() == Names{"a"});
    CHECK(content(folder.path("a")) == "new");
}

TEST_CASE("what others call by temporary names is not touched") {
    const Folder folder;
    folder.write("victim", "precious");
    folder.write("a.part", "precious");
    fs::create_symlink(folder.path("victim"), folder.path("b.part"));
    for (const char* name : {"a", "b"}) write_file(folder.path(name), Existing::refused, "new");
    CHECK(content(folder.path("a.part")) == "precious");
    CHECK(content(folder.path("victim")) == "precious");
    CHECK(fs::is_symlink(folder.path("b.part")));
    CHECK(folder.names() == Names{"a", "a.part", "b", "b.part", "victim"});
    // Never the same name twice.
    const OutputFile one(folder.path("c"), Existing::refused), two(folder.path("c"), Existing::refused);
    CHECK(one.temporary() != two.temporary());
}

TEST_CASE("a link is written where it leads, and stays a link") {
    const Folder home, scratch;
    scratch.write("old", "old");
    scratch.write("kept", "kept");
    fs::create_symlink(scratch.path("old"), home.path("to_old"));
    fs::create_symlink(home.path("to_old"), home.path("to_link"));
    fs::create_symlink(scratch.path("new"), home.path("dangling"));
    fs::create_symlink(fs::path("..") / fs::path(scratch.path()).filename() / "beside", home.path("relative"));
    fs::create_symlink(scratch.path("kept"), home.path("to_kept"));
    const auto write = [&](const char* name, Existing existing) {
        OutputFile file(home.path(name), existing);
        CHECK(fs::path(file.temporary()).parent_path().filename() == fs::path(scratch.path()).filename());
        fill(file, name);
        file.commit();
        CHECK(fs::is_symlink(home.path(name)));
        CHECK(content(home.path(name)) == name);
    };
    write("to_link", Existing::replaced);
    write("dangling", Existing::refused);
    write("relative", Existing::refused);
    CHECK_THROWS_WITH(OutputFile(home.path("to_kept"), Existing::refused), Contains("exists"));
    CHECK(scratch.names() == Names{"beside", "kept", "new", "old"});
    CHECK(content(scratch.path("old")) == "to_link");
    CHECK(content(scratch.path("kept")) == "kept");

    fs::create_symlink(home.path("round"), home.path("round"));
    CHECK_THROWS_WITH(OutputFile(home.path("round"), Existing::replaced), Contains("Too many levels"));
    fs::create_symlink(scratch.path("no/folder"), home.path("nowhere"));
    CHECK_THROWS_AS(OutputFile(home.path("nowhere"), Existing::replaced), InputError);
}

TEST_CASE("a file that comes while an output is written stays, unless it may be replaced") {
    const Folder folder;
    OutputFile refused(folder.path("a"), Existing::refused), replaced(folder.path("b"), Existing::replaced);
    fill(refused, "ours");
    fill(replaced, "ours");
    folder.write("a", "theirs");
    folder.write("b", "theirs");
    CHECK_THROWS_WITH(refused.commit(), Contains("exists") && Contains("--force"));
    replaced.commit();
    CHECK(content(folder.path("a")) == "theirs");
    CHECK(content(folder.path("b")) == "ours");
}

TEST_CASE("files that belong together get their names together or not at all") {
    const Folder folder;
    const auto make = [&](Existing existing) {
        std::vector<OutputFile> files;
        for (const char* name : {"a", "b", "c"}) {
            files.emplace_back(folder.path(name), existing);
            fill(files.back(), "new");
        }
        return files;
    };
    {
        std::vector<OutputFile> files = make(Existing::refused);
        folder.write("c", "theirs");
        CHECK_THROWS_AS(OutputFile::commit(files), InputError);
    }
    CHECK(folder.names() == Names{"c"});
    CHECK(content(folder.path("c")) == "theirs");
    std::vector<OutputFile> files = make(Existing::replaced);
    OutputFile::commit(files);
    CHECK(folder.names() == Names{"a", "b", "c"});
    CHECK(content(folder.path("c")) == "new");
}

TEST_CASE("a file that is replaced hands on its permissions and keeps its content under another name") {
    const Folder folder;
    folder.write("a", "old");
    fs::create_hard_link(folder.path("a"), folder.path("kept"));
    REQUIRE(::chmod(folder.path("a").c_str(), 0640) == 0);
    OutputFile file(folder.path("a"), Existing::replaced);
    fill(file, "new");
    struct stat status {};
    REQUIRE(::stat(file.temporary().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0640U);
    file.commit();
    REQUIRE(::stat(folder.path("a").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0640U);
    CHECK(content(folder.path("kept")) == "old");
    CHECK(content(folder.path("a")) == "new");
}

TEST_CASE("a file that a run is writing is not replaced by anything") {
    const Folder folder;
    Hdf5Sink::Options options;
    options.path = folder.path("run.h5");
    OutputFile early(options.path, Existing::replaced);  // before the run began
    Hdf5Sink run(options);
    CHECK_THROWS_WITH(OutputFile(options.path, Existing::replaced), Contains("another process is writing"));
    CHECK_THROWS_WITH(early.commit(), Contains("another process is writing"));
    run.close();
    early.commit();
    CHECK(fs::file_size(options.path) == 0);
}

TEST_CASE("a name that no file can have is the user's error") {
    const Folder folder;
    folder.write("file", "");
    fs::create_directory(folder.path("folder"));
    REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
    fs::create_symlink(folder.path("folder"), folder.path("to_folder"));
    const Names names = folder.names();
    for (const std::string& path :
         {folder.path("folder"), folder.path("folder/"), folder.path("folder/."), folder.path("to_folder"),
          folder.path("pipe"), folder.path("file/below"), folder.path("missing/a"), folder.path(std::string(300, 'a')),
          std::string("/dev/null"), std::string()}) {
        CAPTURE(path);
        CHECK_THROWS_AS(OutputFile(path, Existing::replaced), InputError);
        CHECK_THROWS_AS(OutputFile(path, Existing::refused), InputError);
    }
    CHECK(folder.names() == names);
}

TEST_CASE("the longest names have temporary ones that fit, cut between letters") {
    const Folder folder;
    std::string name;
    while (name.size() < 254) name += "\xC3\xA4";
    OutputFile file(folder.path(name), Existing::refused);
    const std::string temporary = fs::path(file.temporary()).filename().string();
    CHECK(temporary.size() <= 255);
    CHECK(name.starts_with(temporary.substr(0, temporary.find('.'))));
    CHECK(temporary.find('.') % 2 == 0);
    file.commit();
    CHECK(folder.names() == Names{name});
}
