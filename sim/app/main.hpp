#pragma once
#include "sim/experiment/catalogue.hpp"

namespace apical {

/// The program with all of its command line, for whatever a catalogue holds: does what the command line asks for, and
/// gives the exit status: 0 done, 1 the run failed, 2 the input is wrong, 128 + n stopped by signal n after saving.
/// Called once, by `main`: it answers the signals of the process and reads files of others in subprocesses.
int main(int argc, char** argv, Catalogue catalogue);

}  // namespace apical
