// Every kernel, compiled once for each instruction set: binding.gyp gives LANES and KERNELS.
#include "american.h"
#include "european.h"
#include "impliedVolatility.h"
#include "scenario.h"

namespace KERNELS {

extern const EuropeanTable europeanTable = {batchGreeks,  batchPrices,  rowGreeks,   rowPrices,
                                            strikeGreeks, strikePrices, volatilities, spotVolatilities, rowVolatilities};

}  // namespace KERNELS
