"""A link between this network and another: packets arrive late, and some not at all.

    delayingLink.py NAMESPACE ONE_WAY_MS LOSS_PERCENT

Makes the namespace, with 10.77.0.2 in it and 10.77.0.1 here, prints "ready", and goes on until
its standard input ends. The delay is that of each direction, and so is the loss. For kernels
without a queue that delays (`tc qdisc add ... netem`). Needs root and Linux.
"""

import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections import deque

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
MTU = 1500
# What a router would hold; a sender that goes on past it loses packets there, too.
LONGEST_QUEUE = 4000
HERE, THERE = "10.77.0.1", "10.77.0.2"


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def connect(namespace):
    near, far = open_tun("modelshelf0"), open_tun("modelshelf1")
    ip("netns", "add", namespace)
    ip("link", "set", "modelshelf1", "netns", namespace)
    inside = ["-n", namespace]
    ip("addr", "add", HERE, "peer", THERE, "dev", "modelshelf0")
    ip("link", "set", "modelshelf0", "mtu", str(MTU), "up")
    # Whatever this kernel prefers: bbr, which some do, hardly minds what is lost.
    ip("route", "replace", THERE, "dev", "modelshelf0", "congctl", "cubic")
    ip(*inside, "addr", "add", THERE, "peer", HERE, "dev", "modelshelf1")
    ip(*inside, "link", "set", "modelshelf1", "mtu", str(MTU), "up")
    ip(*inside, "link", "set", "lo", "up")
    return near, far


def carry(near, far, delay, loss):
    queues = {near: deque(), far: deque()}
    other = {near: far, far: near}
    while True:
        due = [queue[0][0] for queue in queues.values() if queue]
        timeout = max(0, min(due) - time.monotonic()) if due else None
        ready, _, _ = select.select([near, far, 0], [], [], timeout)
        if 0 in ready and not os.read(0, 1):
            return
        now = time.monotonic()
        for tun in ready:
            if tun != 0:
                take(tun, queues[other[tun]], now + delay, loss)
        for tun, queue in queues.items():
            while queue and queue[0][0] <= now:
                hand_over(tun, queue.popleft()[1])


def take(tun, queue, due, loss):
    try:
        while True:
            packet = os.read(tun, MTU)
            if len(queue) < LONGEST_QUEUE and random.random() >= loss:
                queue.append((due, packet))
    except BlockingIOError:
        return


def hand_over(tun, packet):
    try:
        os.write(tun, packet)
    except BlockingIOError:
        # The receiver's queue is full: lost, as it would be anywhere.
        return


def main():
    namespace, one_way_ms, loss_percent = sys.argv[1:]
    random.seed(1)
    near, far = connect(namespace)
    try:
        print("ready", flush=True)
        carry(near, far, float(one_way_ms) / 1000, float(loss_percent) / 100)
    finally:
        ip("netns", "del", namespace)


if __name__ == "__main__":
    main()
