// Filters of system calls, seccomp(2): what older kernels and stricter containers do.
#pragma once

// From now on this process and its children get an error for a system call. Returns 0, or −1 and
// errno.
int filter_refuse(long call, int error);

// From now on who calls close(2) with a number from one on is killed.
int filter_kill_close_from(int number);

// The number of close_range(2) and getdents64(2).
long filter_close_range(void);
long filter_list_folder(void);
