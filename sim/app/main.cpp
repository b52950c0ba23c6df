#include "sim/app/cli.hpp"

int main(int argc, char** argv) { return apical::command_line(argc, argv); }
