// Runs the kernels of the base instruction set on columns from a file, for machines that only an emulator has.
//   neonRun COUNT INPUTS OUTPUTS   seven columns of a batch in, nine columns out
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "../kernels/europeanTable.h"

int main(int, char** arguments) {
  size_t count = std::strtoul(arguments[1], nullptr, 10);
  std::vector<double> inputs(BATCH_INPUTS * count), outputs(GREEKS * count);
  const double* from[BATCH_INPUTS];
  double* to[GREEKS];
  for (size_t column = 0; column < BATCH_INPUTS; column += 1) from[column] = &inputs[column * count];
  for (size_t column = 0; column < GREEKS; column += 1) to[column] = &outputs[column * count];
  FILE* file = std::fopen(arguments[2], "rb");
  if (!file || std::fread(inputs.data(), 8, inputs.size(), file) != inputs.size()) return 1;
  std::fclose(file);
  europeanTableAt(Level::base).batchGreeks(count, from, to);
  file = std::fopen(arguments[3], "wb");
  if (!file || std::fwrite(outputs.data(), 8, outputs.size(), file) != outputs.size()) return 1;
  return std::fclose(file);
}
