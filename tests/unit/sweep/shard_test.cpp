#include "sim/sweep/shard.hpp"

#include <cstdlib>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

/// Variables of the environment while it lives.
class Environment {
   public:
    explicit Environment(std::vector<std::pair<std::string, std::string>> variables)
        : variables_(std::move(variables)) {
        for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
    }
    ~Environment() {
        for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

   private:
    std::vector<std::pair<std::string, std::string>> variables_;
};

std::pair<std::uint64_t, std::uint64_t> shard(const std::string& text) {
    const Shard read = read_shard(text);
    return {read.number, read.count};
}

}  // namespace

TEST_CASE("shards share out all runs, each to one") {
    for (std::uint64_t run = 1; run <= 10; ++run) {
        int owners = 0;
        for (std::uint64_t number = 1; number <= 4; ++number) owners += Shard{number, 4}.has(run) ? 1 : 0;
        CHECK(owners == 1);
    }
    CHECK(Shard{3, 4}.has(7));
    CHECK(Shard{}.has(7));
}

TEST_CASE("a shard is i/n with 1 <= i <= n") {
    CHECK(shard("3/10") == std::pair<std::uint64_t, std::uint64_t>{3, 10});
    for (const char* bad : {"0/3", "4/3", "1/0"})
        CHECK_THROWS_WITH(read_shard(bad), Contains("expected a number from 1 to"));
    for (const char* bad : {"", "3", "/", "1/", "/3", "1/2/3", "-1/3", "a/b", "1 /2"})
        CHECK_THROWS_WITH(read_shard(bad), Contains("expected i/n"));
}

TEST_CASE("launchers say which shard this is, each in its own way of counting") {
    using Pair = std::pair<std::uint64_t, std::uint64_t>;
    {
        const Environment slurm({{"SLURM_ARRAY_TASK_ID", "7"},
                                 {"SLURM_ARRAY_TASK_COUNT", "4"},
                                 {"SLURM_ARRAY_TASK_MIN", "5"},
                                 {"SLURM_ARRAY_TASK_MAX", "8"},
                                 {"SLURM_PROCID", "0"},
                                 {"SLURM_NTASKS", "1"}});
        CHECK(shard("auto") == Pair{3, 4});
    }
    {
        const Environment steps({{"SLURM_ARRAY_TASK_ID", "8"},
                                 {"SLURM_ARRAY_TASK_COUNT", "4"},
                                 {"SLURM_ARRAY_TASK_MIN", "2"},
                                 {"SLURM_ARRAY_TASK_MAX", "8"}});
        CHECK_THROWS_WITH(read_shard("auto"), Contains("an array of 4 tasks from 2 to 8"));
    }
    {
        const Environment open_mpi({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}});
        CHECK(shard("auto") == Pair{1, 2});
    }
    {
        const Environment pmi({{"PMI_RANK", "2"}, {"PMI_SIZE", "3"}});
        CHECK(shard("auto") == Pair{3, 3});
    }
    {
        const Environment srun({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}});
        CHECK(shard("auto") == Pair{2, 2});
    }
    {
        const Environment broken({{"PMI_RANK", "3"}, {"PMI_SIZE", "3"}});
        CHECK_THROWS_WITH(read_shard("auto"), Contains("a rank below the size"));
    }
    {
        const Environment half({{"PMI_RANK", "3"}, {"PMI_SIZE", ""}});
        CHECK_THROWS_WITH(read_shard("auto"), Contains("no PMI_SIZE"));
    }
    CHECK_THROWS_WITH(read_shard("auto"), Contains("outside of a Slurm array, srun and mpirun"));
}
