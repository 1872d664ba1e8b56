#include "CTaskProbe.h"
