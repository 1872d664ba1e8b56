#include "CAsyncTopLinux.h"
