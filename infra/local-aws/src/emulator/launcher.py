"""Runs the emulator, and ends it together with whoever started it.

Arguments: the run's folder. Standard input: a pipe whose other end the starter holds open. The pipe
reaches its end when the starter dies, however it dies; then the folder is removed and the whole
process group, functions included, is killed.
"""

import os
import shutil
import signal
import sys
import threading


def end_with_starter(run_dir):
    while os.read(0, 64):
        pass
    shutil.rmtree(run_dir, ignore_errors=True)
    # Only ever a group of our own, never the shell of somebody who runs this file by hand.
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main():
    threading.Thread(target=end_with_starter, args=(sys.argv[1],), daemon=True).start()
    sys.argv = ["ministack"]
    from ministack.app import main as run

    run()


main()
