# A group of a run as a list: metrics <- read_run("digits.h5", "/metrics"); plot(metrics$epoch, metrics$test_accuracy)
# Needs rhdf5 (Debian: r-bioc-rhdf5). The last dimension of the file comes first here: cosine_h_sgd is (layer, time).
read_run <- function(file, name) {
  group <- rhdf5::h5read(file, name, read.attributes = FALSE)
  rhdf5::h5closeAll()
  group
}
