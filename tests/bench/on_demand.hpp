#pragma once
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/protocol/training.hpp"

namespace apical::bench {

template <class T>
std::vector<T> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
    file.seekg(0);
    if (!file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T))))
        throw std::runtime_error("cannot read " + path);
    return values;
}

/// All weights as float32, one after the other; their names and numbers go to the standard output.
inline void write_weights(const Training<float>& simulation, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    for (WeightsId k{}; k < simulation.weights().size(); ++k) {
        const auto values = simulation.weights()[k].values();
        file.write(reinterpret_cast<const char*>(values.data()),
                   static_cast<std::streamsize>(sizeof(float)) * values.size());
        std::cout << simulation.circuit().weights[k].name << ' ' << values.size() << ' ';
    }
}

/// Seconds since it was made, on the wall and of the processor.
class Stopwatch {
   public:
    friend std::ostream& operator<<(std::ostream& out, const Stopwatch& watch) {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - watch.start_;
        return out << wall.count() << ' ' << static_cast<double>(std::clock() - watch.used_) / CLOCKS_PER_SEC;
    }

   private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::clock_t used_ = std::clock();
};

inline std::string next_word() {
    std::string word;
    std::cin >> word;
    return word;
}

/// Commands stand one a line on the standard input and are answered with a line: `run N` does that N times and answers
/// with the seconds it took, on the wall and of the processor; what else there is, `other` does, or returns false.
template <class Run, class Other>
void serve(const Run& run, const Other& other) {
    for (std::string command; std::cin >> command;) {
        if (command == "run") {
            long number = 0;
            std::cin >> number;
            const Stopwatch watch;
            run(number);
            std::cout << watch;
        } else if (!other(command)) {
            throw std::invalid_argument("no command '" + command + "'");
        }
        std::cout << std::endl;
    }
}

/// The first line is `ready`; `run N` presents N times, `weights FILE` does `write_weights`.
template <class Run>
void serve(const Training<float>& simulation, const Run& run) {
    std::cout << "ready" << std::endl;
    serve(run, [&](const std::string& command) {
        if (command != "weights") return false;
        write_weights(simulation, next_word());
        return true;
    });
}

}  // namespace apical::bench
