"""Messages arrive as they were sent, however they are cut, with the files that go with them."""

from __future__ import annotations

import os
import socket
import tempfile

from hypothesis import given
from hypothesis import strategies as st

from defkg.engine.frames import Reader, encode, send

MEMBERS = st.dictionaries(
    st.text(max_size=5).filter(lambda name: name != "fd"),
    st.text(st.characters(codec=None), max_size=8) | st.none() | st.booleans() | st.integers() | st.lists(st.text()),
    max_size=5,
)


@given(st.lists(st.tuples(MEMBERS, st.binary(max_size=20)), max_size=4), st.integers(1, 50))
def test_what_is_sent_arrives(messages: list[tuple[dict[str, object], bytes]], step: int) -> None:
    data = b"".join(encode(members, body) for members, body in messages)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader, found = Reader(ours), []
        for start in range(0, len(data), step):
            theirs.sendall(data[start : start + step])
            assert reader.fill()
            found += [(frame.members, frame.body) for frame in reader.frames()]
        theirs.close()
        assert not reader.fill()
    assert found == messages


def test_a_file_goes_with_its_own_message() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as file:
        file.write(b"inside")
        file.flush()
        send(theirs, {"n": 1}, b"x" * 100_000)
        send(theirs, {"n": 2, "fd": True}, fd=file.fileno())
        send(theirs, {"n": 3})
        reader = Reader(ours)
        first, second, third = (reader.receive() for _ in range(3))
    assert first
    assert second
    assert third
    assert (first.fd, len(first.body), third.fd) == (None, 100_000, None)
    assert second.fd is not None
    assert os.pread(second.fd, 10, 0) == b"inside"
    os.close(second.fd)


def test_files_that_arrive_together_go_each_with_its_own() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for words in (b"one", b"two"):
            with tempfile.TemporaryFile() as file:
                file.write(words)
                file.flush()
                send(theirs, {"words": words.decode(), "fd": True}, fd=file.fileno())
        reader = Reader(ours)
        frames = [reader.receive() for _ in range(2)]
    for frame in frames:
        assert frame
        assert frame.fd is not None
        assert os.pread(frame.fd, 10, 0) == frame.members["words"].encode()
        os.close(frame.fd)


def test_files_of_messages_that_nobody_reads_are_closed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as file:
        send(theirs, {"fd": True}, fd=file.fileno())
        reader = Reader(ours)
        reader.fill()
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        reader.discard()
        assert len(os.listdir("/proc/self/fd")) == before - 1  # noqa: PTH208
