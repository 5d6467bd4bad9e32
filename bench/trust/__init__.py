"""What can go wrong, provoked for real: killed processes, full disks, damage, several writers, clocks, memory."""
