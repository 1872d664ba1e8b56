// What Glibc's Swift module leaves out or Swift can't import.
#pragma once

#include "files.h"
#include "loop.h"
#include "process.h"
#include "processors.h"
#include "signals.h"
#include "sockets.h"
#include "spawn.h"
