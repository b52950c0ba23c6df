// Steps of a circuit on demand, for analysis/benchmarks/settled_vs_pytorch.py, which times them in turn with its own:
//
//     bench_steps dense|topographic|backpropagation THREADS FOLDER
//
// FOLDER holds images.u8 (samples x 784), labels.u8 and order.u64, the order in which samples are presented. Commands
// stand one a line on the standard input: `run N` presents N batches, gathered from the bytes, and prints the seconds
// it took, on the wall and of the processor; `weights FILE` writes all weights as float32, one after the other, and
// prints their names and numbers.
#include <chrono>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "data/stored.hpp"
#include "sim/run/batch.hpp"
#include "tests/bench/networks.hpp"

namespace {

using namespace apical;

template <class T>
std::vector<T> read(const std::filesystem::path& path) {
    std::vector<T> values(std::filesystem::file_size(path) / sizeof(T));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T))))
        throw std::runtime_error("cannot read " + path.string());
    return values;
}

StoredSamples samples_in(const std::filesystem::path& folder) {
    auto records = std::make_shared<Records>();
    records->features = bench::inputs;
    records->outputs = bench::outputs;
    records->full_scale = 255;
    records->inputs = read<std::uint8_t>(folder / "images.u8");
    for (std::uint8_t label : read<std::uint8_t>(folder / "labels.u8")) records->labels.push_back(label);
    const std::vector<std::uint32_t> rows = all_rows(*records);
    return {records, rows, standardise(*records, rows, "none")};
}

class Steps {
   public:
    Steps(bench::Motif motif, int threads, const std::filesystem::path& folder)
        : simulation_(bench::network(motif, threads)),
          samples_(samples_in(folder)),
          order_(read<std::uint64_t>(folder / "order.u64")),
          index_(bench::lanes) {}

    void run(long steps) {
        for (long k = 0; k < steps; ++k) {
            for (std::uint64_t& sample : index_) sample = order_[next_++ % order_.size()];
            batch_.gather(samples_, index_);
            simulation_.present(batch_.inputs(), batch_.targets());
        }
    }

    void write_weights(const std::string& path) const {
        std::ofstream file(path, std::ios::binary);
        for (WeightsId k = 0; k < simulation_.weights().size(); ++k) {
            const auto values = simulation_.weights()[k].values();
            file.write(reinterpret_cast<const char*>(values.data()),
                       static_cast<std::streamsize>(sizeof(float)) * values.size());
            std::cout << simulation_.circuit().weights[k].name << ' ' << values.size() << ' ';
        }
    }

   private:
    Simulation<float> simulation_;
    StoredSamples samples_;
    std::vector<std::uint64_t> order_, index_;
    Batch<float> batch_;
    std::size_t next_ = 0;
};

}  // namespace

int main(int count, char** arguments) try {
    if (count != 4) throw std::invalid_argument("usage: bench_steps MOTIF THREADS FOLDER");
    Steps steps(bench::motif_named(arguments[1]), std::stoi(arguments[2]), arguments[3]);
    std::cout << "ready" << std::endl;
    for (std::string command; std::cin >> command;) {
        if (command == "run") {
            long number = 0;
            std::cin >> number;
            const auto start = std::chrono::steady_clock::now();
            const std::clock_t used = std::clock();
            steps.run(number);
            const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
            std::cout << wall.count() << ' ' << static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
        } else if (command == "weights") {
            std::string path;
            std::cin >> path;
            steps.write_weights(path);
        } else {
            throw std::invalid_argument("no command '" + command + "'");
        }
        std::cout << std::endl;
    }
} catch (const std::exception& error) {
    std::cerr << "bench_steps: " << error.what() << '\n';
    return 1;
}
