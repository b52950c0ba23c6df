#include "sim/app/main.hpp"
#include "program/shipped.hpp"

int main(int argc, char** argv) { return apical::main(argc, argv, apical::shipped()); }
