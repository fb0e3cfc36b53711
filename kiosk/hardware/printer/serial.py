"""The line to a serial printer, or to one that a USB cable makes look like it. pyserial sets the port up."""

from __future__ import annotations

import contextlib
import termios

import serial

from kiosk.hardware.printer import Code, Lost
from kiosk.hardware.printer.line import DescriptorLine, lost
from kiosk.hardware.printer.setting import Flow, SerialPort


def connect(port: SerialPort, until: float) -> SerialLine:  # noqa: ARG001
    """Open the port, for this process alone; raises `Lost`. Opening does not wait."""
    try:
        made = serial.Serial(
            port.path,
            port.baud,
            timeout=0,
            write_timeout=0,
            xonxoff=port.flow is Flow.XONXOFF,
            rtscts=port.flow is Flow.RTSCTS,
            exclusive=True,
        )
    except OSError as error:  # which `SerialException` is
        # Without a number it could not be set up: a file that is no serial port.
        raise lost(error) if error.errno else Lost(Code.NOT_FOUND) from None
    except termios.error:
        # Pulled out while it was set up; pyserial lets this through, and it is no `OSError`.
        raise Lost(Code.UNPLUGGED) from None
    return SerialLine(made)


class SerialLine(DescriptorLine):
    """Closing it throws away what still waits here: the kernel would go on sending for 30 s."""

    def __init__(self, port: serial.Serial) -> None:
        super().__init__(port.fileno())
        self._port = port

    def close(self) -> None:
        """See `Line.close`."""
        self._throw_away()
        with contextlib.suppress(OSError):
            self._port.close()

    def _throw_away(self) -> None:
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
