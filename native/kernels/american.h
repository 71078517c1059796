// The American kernels.
#pragma once

#include "americanChain.h"
#include "americanPrices.h"
#include "americanTable.h"
#include "americanVolatility.h"

namespace KERNELS {

extern const AmericanTable americanTable = {
    american::americanPrices,     american::americanQuickPrices, american::americanGreeks,           american::americanVolatilities,
    american::americanBoundaries, american::americanChainGreeks, american::americanChainVolatilities};

}  // namespace KERNELS
