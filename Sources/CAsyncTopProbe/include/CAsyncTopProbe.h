// The umbrella of CAsyncTopProbe: the region's layout, the reducer, the writer and the reader's
// primitives. Layout.md beside this folder describes the region for people; region.h is the
// definition.
#pragma once

#include "region.h"
#include "accounts.h"
#include "reducer.h"
#include "probe.h"
#include "reading.h"
#include "native.h"
