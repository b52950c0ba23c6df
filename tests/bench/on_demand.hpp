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

/// Commands stand one a line on the standard input: `run N` presents N times and prints the seconds it took, on the
/// wall and of the processor; `weights FILE` does `write_weights`.
template <class Run>
void serve(const Training<float>& simulation, const Run& run) {
    std::cout << "ready" << std::endl;
    for (std::string command; std::cin >> command;) {
        if (command == "run") {
            long number = 0;
            std::cin >> number;
            const auto start = std::chrono::steady_clock::now();
            const std::clock_t used = std::clock();
            run(number);
            const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
            std::cout << wall.count() << ' ' << static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
        } else if (command == "weights") {
            std::string path;
            std::cin >> path;
            write_weights(simulation, path);
        } else {
            throw std::invalid_argument("no command '" + command + "'");
        }
        std::cout << std::endl;
    }
}

}  // namespace apical::bench
