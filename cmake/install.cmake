# The targets for projects of others. They have the same names after find_package(apical) and within a build that has the
# project as a part of its own (add_subdirectory, FetchContent):
#   apical::engine  circuits, what simulates them, and files of results
#   apical::app     the command line for a catalogue of one's own
#   apical::apical  the same with all that is shipped: circuits, data sets, metrics, commands
#   apical::plugin  flags and headers for a shared library that an installed program loads with --plugin
add_library(apical_engine INTERFACE)
target_link_libraries(apical_engine INTERFACE apical_protocol apical_record)
add_library(apical_apical INTERFACE)
target_link_libraries(apical_apical INTERFACE apical_app apical_shipped)

get_property(apical_libraries GLOBAL PROPERTY APICAL_LIBRARIES)
list(APPEND apical_libraries language instructions options eigen odeint plugin engine apical)
foreach(name IN LISTS apical_libraries)
  set_target_properties(apical_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(apical::${name} ALIAS apical_${name})
endforeach()

# `cmake --install`: the program, its headers and libraries, and a package that find_package(apical) finds. No file of it names
# a folder of this machine: all can be moved.
if(NOT APICAL_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/apical)
install(TARGETS apical)
foreach(name IN LISTS apical_libraries)
  install(TARGETS apical_${name} EXPORT apical)
endforeach()
install(EXPORT apical NAMESPACE apical:: FILE apicalTargets.cmake DESTINATION ${package})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/apicalConfig.cmake.in ${PROJECT_BINARY_DIR}/apicalConfig.cmake
  INSTALL_DESTINATION ${package})
# Before version 1 nothing promises that a later one can take its place.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/apicalConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/apicalConfig.cmake ${PROJECT_BINARY_DIR}/apicalConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/apicalProgram.cmake ${CMAKE_CURRENT_LIST_DIR}/Findmatio.cmake DESTINATION ${package})

foreach(folder sim models data analysis program)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION include/apical FILES_MATCHING PATTERN "*.hpp"
    PATTERN toml_parser.hpp EXCLUDE)
endforeach()
install(PROGRAMS ${PROJECT_SOURCE_DIR}/analysis/plot.py DESTINATION share/apical/analysis)
install(FILES ${PROJECT_SOURCE_DIR}/analysis/packages.py DESTINATION share/apical/analysis)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/analysis/plots DESTINATION share/apical/analysis FILES_MATCHING PATTERN "*.py")
install(DIRECTORY ${PROJECT_BINARY_DIR}/sim/experiment/generated/sim DESTINATION include/apical)
install(FILES ${PROJECT_SOURCE_DIR}/data/digits/digits.csv.gz ${PROJECT_SOURCE_DIR}/data/digits/README.md DESTINATION share/apical/digits)
