"""From launch to the first paint: this program against a bare PySide6 + GLViewWidget script.

Both run in fresh interpreters, in turn, and print a line once their window's OpenGL view was painted; the parent
takes the time from starting the process to reading that line.
"""

import statistics
import subprocess
import sys
import time

BARE = """
import sys
from PySide6.QtWidgets import QApplication
import pyqtgraph.opengl as gl
import numpy as np
app = QApplication(sys.argv)

class View(gl.GLViewWidget):
    def paintGL(self, *args, **kwargs):
        super().paintGL(*args, **kwargs)
        print("painted", flush=True)

view = View()
view.addItem(gl.GLScatterPlotItem(pos=np.zeros((10, 3), np.float32)))
view.resize(1280, 720)
view.show()
while True:
    app.processEvents()
"""

OURS = """
import os, sys, tempfile
os.environ["LATENTARIUM_CONFIG"] = tempfile.mkdtemp()  # not the person's own settings
from latentarium.gl.surface import prepare_opengl
prepare_opengl()
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
app = QApplication(sys.argv)

from latentarium.app.window import Window

class Watch(QObject):
    def eventFilter(self, item, event):
        if event.type() == QEvent.Type.Paint and item is window.centralWidget():
            QTimer.singleShot(0, lambda: print("painted", flush=True))
        return False


window = Window()
watch = Watch()
window.centralWidget().installEventFilter(watch)
window.show()
while True:
    app.processEvents()
"""


def seconds(program: str) -> float:
    """From starting the program to its first paint."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "painted":
            break
    took = time.perf_counter() - began
    process.kill()
    process.wait()
    return took


def main(rounds: int = 7) -> None:
    """Print the medians and their ratio; goal at most 1.3."""
    seconds(BARE), seconds(OURS)  # warm the disk's cache
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(seconds(BARE))
        ours.append(seconds(OURS))
    ratio = statistics.median(ours) / statistics.median(bare)
    print("(c) launch to first paint")
    print(f"    bare PySide6 + GLViewWidget  {statistics.median(bare):.2f} s (median of {rounds})")
    print(f"    latentarium                  {statistics.median(ours):.2f} s")
    print(f"    ratio                        {ratio:.2f}   goal <= 1.30")


if __name__ == "__main__":
    main()
