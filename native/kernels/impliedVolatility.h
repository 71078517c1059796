#pragma once
#include "europeanTable.h"
#include "lanes.h"
namespace KERNELS {
static void volatilities(size_t, const double* const*, double*, uint8_t*) {}
static void rowVolatilities(size_t, const double*, const double* const*, double*, uint8_t*) {}
}
