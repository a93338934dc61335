"""Runs the emulator, and ends it together with whoever started it.

Arguments: the run's folder. Standard input: a pipe whose other end the starter holds open. The pipe
reaches its end when the starter dies, however it dies; then the whole process group, functions
included, is killed, and the folder is removed.
"""

import os
import subprocess
import sys
import threading
import time

# Run by a process outside the group, which outlives it: first nothing may write into the folder any
# more, then it can be removed. Tries again while the killed are still dying.
CLEANER = """
import os, shutil, signal, sys, time
os.killpg(int(sys.argv[1]), signal.SIGKILL)
for attempt in range(20):
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    if not os.path.exists(sys.argv[2]):
        break
    time.sleep(0.05)
"""


def end_with_starter(run_dir):
    while os.read(0, 64):
        pass
    # Only ever a group of our own, never the shell of somebody who runs this file by hand.
    if os.getpgrp() == os.getpid():
        cleaner = [sys.executable, "-I", "-c", CLEANER, str(os.getpid()), run_dir]
        subprocess.Popen(cleaner, cwd="/", stdin=subprocess.DEVNULL, start_new_session=True)
        time.sleep(10)
    os._exit(1)


def main():
    threading.Thread(target=end_with_starter, args=(sys.argv[1],), daemon=True).start()
    sys.argv = ["ministack"]
    from ministack.app import main as run

    run()


main()
