# Writes the version and the commit that is being built to a header, touching it only when it changes:
# cmake -D SOURCE=... -D VERSION=... -D HEADER=... -P
cmake_minimum_required(VERSION 3.25)
find_program(GIT git)
set(commit "unknown")
if(GIT)
  execute_process(COMMAND ${GIT} -c safe.directory=* describe --always --dirty --abbrev=40 --exclude=*
                  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE found RESULT_VARIABLE status ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(status EQUAL 0)
    set(commit "${found}")
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#pragma once\n#define APICAL_VERSION \"${VERSION}\"\n#define APICAL_GIT_COMMIT \"@commit@\"\n" @ONLY)
