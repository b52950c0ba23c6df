# The libraries that the targets apical::... consist of, each a target apical::NAME; for the build and for find_package(apical).
set_property(GLOBAL PROPERTY APICAL_LIBRARIES core hdf5 circuit equations kernels steppers parallel state synapses network dynamics protocol record experiment
  sweep app self_assembly models data analysis shipped)

# apical_add_program(name sources...): add_executable for a program that loads plug-ins (--plugin). They find the libraries in
# the program: whole, whether it calls them itself or not, and with their symbols exported.
function(apical_add_program name)
  add_executable(${name} ${ARGN})
  get_property(libraries GLOBAL PROPERTY APICAL_LIBRARIES)
  # Installed they are called apical::core, in the tree, behind an alias of that name, apical_core.
  list(TRANSFORM libraries PREPEND apical:: OUTPUT_VARIABLE installed)
  list(TRANSFORM libraries PREPEND apical_ OUTPUT_VARIABLE built)
  list(JOIN installed "," installed)
  list(JOIN built "," built)
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,${installed},${built}")
endfunction()
