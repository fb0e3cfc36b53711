"""Every camera driver with somebody who can hurt it, and a clock for those who must wait."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.domain.clock import Clock, SystemClock
from kiosk.hardware.camera import Camera
from kiosk.hardware.camera.browser import BrowserCamera
from kiosk.hardware.camera.files import FilesCamera
from kiosk.hardware.camera.mounting import UPRIGHT, Mounting
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.camera.v4l2 import V4l2Camera
from tests.hardware.fake_v4l2 import FakeKernel
from tests.hardware.pictures import plain_jpeg

SIZE = (320, 180)


class QuickClock:
    """Time that runs `FACTOR` times as fast: three seconds without a picture need not be waited for whole."""

    FACTOR = 2.5  # 15 frames a second are 6 then, and still not slow

    def now(self) -> datetime:
        """The true time of day."""
        return SystemClock().now()

    def monotonic(self) -> float:
        """Quicker seconds."""
        return time.monotonic() * self.FACTOR


class Rig(Protocol):
    """A driver with somebody who can hurt it. `release` ends a hang, so that its thread can end."""

    @property
    def camera(self) -> Camera: ...

    def unplug(self) -> None: ...
    def replug(self) -> None: ...
    def hang(self) -> None: ...
    def release(self) -> None: ...
    def spoil(self) -> None: ...
    def heal(self) -> None: ...
    def filming(self) -> AbstractContextManager[None]: ...


class _Wired:
    """What the drivers have in common that fetch their pictures themselves."""

    @contextmanager
    def filming(self) -> Iterator[None]:
        """Nothing to do: the driver does it."""
        yield


class SimulatedRig(_Wired):
    def __init__(self, _folder: Path, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        self.camera = SimulatedCamera(clock, mounting, width=SIZE[0], height=SIZE[1])

    def unplug(self) -> None:
        self.camera.controls.unplugged = True

    def replug(self) -> None:
        self.camera.controls.unplugged = False

    def hang(self) -> None:
        self.camera.controls.hang = True

    def release(self) -> None:
        self.camera.controls.hang = False

    def spoil(self) -> None:
        self.camera.controls.garbage = True

    def heal(self) -> None:
        self.camera.controls.garbage = False


class BrowserRig:
    """The page is a thread that posts frames, as the kiosk's JavaScript does."""

    def __init__(self, _folder: Path, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        self.camera = BrowserCamera(clock, mounting)
        self._plugged = True
        self._hanging = False

    def unplug(self) -> None:
        self._plugged = False
        self.camera.page_reports("no_camera")

    def replug(self) -> None:
        self._plugged = True

    def hang(self) -> None:
        self._hanging = True

    def release(self) -> None:
        self._hanging = False

    @contextmanager
    def filming(self) -> Iterator[None]:
        leaving = threading.Event()

        def page() -> None:
            while not leaving.wait(0.05):
                if self._plugged and not self._hanging:
                    self.camera.accept(plain_jpeg(*SIZE))

        thread = threading.Thread(target=page)
        thread.start()
        try:
            yield
        finally:
            leaving.set()
            thread.join()

    def spoil(self) -> None:
        """Broken frames are refused one by one, see the page's own tests."""
        raise NotImplementedError

    heal = spoil


class V4l2Rig(_Wired):
    """The camera is a `FakeKernel`; a hang is a thread that does not come back from the kernel."""

    def __init__(self, folder: Path, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        self.kernel = FakeKernel(folder / "video0", size=SIZE)
        self.camera = V4l2Camera(self.kernel.node, clock, mounting, make=self.kernel.device)

    def unplug(self) -> None:
        self.kernel.unplug()

    def replug(self) -> None:
        self.kernel.plug()

    def hang(self) -> None:
        self.kernel.freed.clear()

    def release(self) -> None:
        self.kernel.freed.set()

    def spoil(self) -> None:
        self.kernel.broken = True

    def heal(self) -> None:
        self.kernel.broken = False


class FilesRig(_Wired):
    """The camera is a folder of two pictures; a hang is a file that never answers, as on a network drive."""

    def __init__(self, folder: Path, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        self._folder, self._away = folder / "recorded", folder / "away"
        self._files = [self._folder / name for name in ("1.jpg", "2.JPEG")]
        self._folder.mkdir()
        self.heal()
        self.camera = FilesCamera(self._folder, clock, mounting)

    def unplug(self) -> None:
        self._folder.rename(self._away)

    def replug(self) -> None:
        self._away.rename(self._folder)

    def hang(self) -> None:
        for file in self._files:
            os.mkfifo(file.with_suffix(".tmp"))
            file.with_suffix(".tmp").rename(file)

    def release(self) -> None:
        for file in self._files:
            if file.is_fifo():
                writer = os.open(file, os.O_RDWR)  # whoever waits for a writer has one now
                file.unlink()
                time.sleep(0.02)
                os.close(writer)

    def spoil(self) -> None:
        for file in self._files:
            file.write_bytes(b"no picture")

    def heal(self) -> None:
        for number, file in enumerate(self._files):
            file.write_bytes(plain_jpeg(*SIZE, value=100 + number))


MakeRig = Callable[..., Rig]

RIGS: dict[str, MakeRig] = {
    "simulated": SimulatedRig,
    "browser": BrowserRig,
    "v4l2": V4l2Rig,
    "files": FilesRig,
}
