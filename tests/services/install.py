"""The Debian packages that the tests on services need.

Run: python -m tests.services.install [--allow-skipped]
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin"
NEEDED = {
    "postgres": ("postgresql",),
    "ceph": ("ceph-mon", "ceph-osd", "radosgw", "ceph-common"),
    "browser": ("chromium",),
}
"""Packages by service. A store of one OSD needs no ceph-mgr."""
PROGRAMS = {
    "postgres": ("initdb", "postgres"),
    "ceph": ("monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin"),
    "browser": ("chromium",),
}


def program(name: str) -> str | None:
    """Where a program is: PostgreSQL's own are in a folder per version, not on the path."""
    found = sorted(Path("/").glob(f"{POSTGRES_FOLDERS.lstrip('/')}/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def missing(service: str) -> list[str]:
    return [name for name in PROGRAMS[service] if program(name) is None]


def install(services: list[str]) -> str | None:
    if os.geteuid() != 0:
        return "installing packages needs root"
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    # The package would make a cluster of its own and start it
    own = Path("/etc/postgresql-common/createcluster.d/artcat-tests.conf")
    if "postgres" in services and not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text("create_main_cluster = false\n", "utf-8")
    packages = [package for service in services for package in NEEDED[service]]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            return f"{' '.join(command)}: {done.stderr.strip()[-500:]}"
    return None


def main() -> int:
    """Exit code 0 if everything is there, or may be left out."""
    wanted = [service for service in NEEDED if missing(service)]
    if not wanted:
        return 0
    print(f"installing {', '.join(wanted)}: apt-get, some 300 MB", flush=True)
    reason = install(wanted)
    left = [service for service in NEEDED if missing(service)]
    for service in left:
        print(f"SKIPPED: every test on {service}: {reason or missing(service)}", flush=True)
    if left and "--allow-skipped" not in sys.argv:
        print("To run without them: make test-services ALLOW_SKIPPED=1", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
