// What a run makes of the parts of its data set.
#include "sim/experiment/run.hpp"
#include "sim/hdf5/file.hpp"
#include "tests/support/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using namespace apical;
using apical::test::Folder;

namespace {

struct Silent : Progress {
    void show(const Standing&) override {}
    void note(const std::string&) override {}
};

/// Runs three epochs on a table, by default one of 24 samples; `task` follows in [task].
std::string results(const Folder& folder, const std::string& task, const std::string& table = "table.csv") {
    std::string text;
    for (int k = 0; k < 24; ++k)
        text += std::to_string(k % 5) + "," + std::to_string(k % 7) + "," + std::to_string(k % 3) + "\n";
    folder.write("table.csv", text);
    Silent silent;
    RunRequest request;
    request.out = folder.path("run.h5");
    request.force = true;
    request.experiment = folder.write("run.toml",
                                      "[run]\nepochs = 3\nlanes = 2\nthreads = 1\nbaselines = ['backpropagation']\n"
                                      "[circuit]\nmodel = 'self_assembly'\nhidden = [4]\n"
                                      "[self_assembly]\ndevelopment = 0\n[record]\nmetrics = '1 epoch'\n"
                                      "[task]\ndataset = 'csv'\nfile = '" +
                                          table + "'\n" + task);
    return run(request, test::catalogue(), silent).file;
}

std::vector<double> metric(const hdf5::File& file, const std::string& name) {
    return file.data_set("/metrics/" + name).read<double>();
}

}  // namespace

TEST_CASE("the validation part is measured as the test part is, and teaches nothing") {
    const Folder folder;
    folder.write("part.csv", "1,2,0\n4,0,1\n3,3,2\n0,6,2\n2,2,1\n");
    const std::string test = "test_file = 'part.csv'\n";
    std::vector<double> loss, accuracy;
    {
        const hdf5::File file = hdf5::File::open(results(folder, test));
        loss = metric(file, "test_loss");
        accuracy = metric(file, "test_accuracy");
        CHECK_FALSE(file.exists("/metrics/validation_loss"));
    }
    REQUIRE(loss.size() == 4);
    {
        const hdf5::File file = hdf5::File::open(results(folder, test + "validation_file = 'part.csv'\n"));
        CHECK(metric(file, "validation_loss") == loss);
        CHECK(metric(file, "validation_accuracy") == accuracy);
        CHECK(metric(file, "test_loss") == loss);
        CHECK(file.exists("/baselines/backpropagation/metrics/validation_accuracy"));
    }
    const hdf5::File alone = hdf5::File::open(results(folder, "validation_file = 'part.csv'\n"));
    CHECK(metric(alone, "validation_loss") == loss);
    CHECK_FALSE(alone.exists("/metrics/test_loss"));
}

TEST_CASE("the validation part of a regression has a loss and no accuracy") {
    const Folder folder;
    const hdf5::File file =
        hdf5::File::open(results(folder, "target_columns = [2, 3]\nvalidation_samples = 6\ntest_samples = 6\n"));
    CHECK(metric(file, "validation_loss").size() == 4);
    CHECK(metric(file, "validation_loss") != metric(file, "test_loss"));
    CHECK_FALSE(file.exists("/metrics/validation_accuracy"));
}

TEST_CASE("names of classes and inputs are kept in the file, where there are any") {
    const Folder folder;
    folder.write("named.csv", "length,width,kind\n1,2,setosa\n4,0,\"virginica, 2\"\n3,3,setosa\n");
    const std::string keys = "header = true\n";
    const hdf5::File file = hdf5::File::open(results(folder, keys, "named.csv"));
    CHECK(file.data_set("/task/class_names").texts() == std::vector<std::string>{"setosa", "virginica, 2"});
    CHECK(file.data_set("/task/input_names").texts() == std::vector<std::string>{"length", "width"});
    CHECK_FALSE(hdf5::File::open(results(folder, "")).exists("/task"));
}
