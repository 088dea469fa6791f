"""Replicas behind nginx are measured by their number, and a request that fails is told."""

from __future__ import annotations

import argparse

import pytest
from benchmarks.load import Load
from benchmarks.replicas import measured, table

from tests.services import configuration, program


@pytest.mark.services
@pytest.mark.alone
@pytest.mark.usefixtures("_wrk")
def test_each_way_is_measured() -> None:
    program("nginx", "nginx-light")
    results = measured(argparse.Namespace(seconds=1, rounds=1, connections=4), ["--workers", "1"])
    assert list(results) == ["no nginx, 1 replica", "nginx, 1 replica", "nginx, 2 replicas", "nginx, 3 replicas"]
    loads = [one for by in results.values() for every in by.values() for one in every]
    assert len(loads) == 8
    assert all(one.rate > 0 and one.failed == 0 for one in loads)


def test_the_table_has_medians_and_failures() -> None:
    loads = [Load(rate, 1, 2, 3, failed) for rate, failed in ((1000, 0), (9000, 0), (2000, 1))]
    told = table({"nginx, 2 replicas": {"each query new": loads, "the same queries again": loads[:1]}})
    assert told.splitlines()[-1] == "| nginx, 2 replicas | 2,000 (1.0, 3.0, **1 failed**) | 1,000 (1.0, 3.0) |"


def test_as_many_servers_are_in_the_configuration_as_there_are() -> None:
    for ports in ([7001], [7001, 7002], [7001, 7002, 7003]):
        told = configuration(ports, 7080)
        assert [port for port in range(1, 9999) if f"server 127.0.0.1:{port} " in told] == ports
        assert "listen 127.0.0.1:7080;" in told
        assert ":0 " not in told
