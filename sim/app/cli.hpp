#pragma once

namespace apical {

/// The program: reads the command line, does what it asks for, and gives the exit status: 0 done, 1 the run failed, 2
/// the input is wrong, 128 + n stopped by signal n after saving.
int command_line(int argc, char** argv);

}  // namespace apical
