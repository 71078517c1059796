// Every kernel, compiled once for each instruction set: binding.gyp gives LANES and KERNELS.
#include "american.h"
#include "european.h"
#include "scenario.h"
