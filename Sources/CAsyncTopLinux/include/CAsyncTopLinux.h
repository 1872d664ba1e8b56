// What Glibc's Swift module leaves out or Swift can't import.
#pragma once

#include "descriptors.h"
#include "files.h"
#include "injection.h"
#include "loop.h"
#include "process.h"
#include "process_memory.h"
#include "processors.h"
#include "sending.h"
#include "signals.h"
#include "spawn.h"
