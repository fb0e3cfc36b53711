"""`make test-devices`: the real drivers on a real kernel, in a virtual machine, with cables that are pulled.

    kernel    fetches Debian's kernel and unpacks it
    start     what the machine does before Python runs in it: modules, mounts, the root of this machine
    machine   boots it and hands on what it reports, for as long as it may take
    inside    runs in the machine: each case of `cases` with the product's own drivers and supervisor
    gadgets   the other end of the USB cable: scanners and printers made of the kernel's gadget functions

docs/adr/0020-a-real-kernel-for-devices.md says why, and what it cannot show.
"""
