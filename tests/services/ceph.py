"""A small Ceph: one monitor, one OSD in memory, and the S3 gateway, with users of its own."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.s3_server import s3_environment
from tests.services.keeper import Keeper
from tests.services.processes import Process, ServiceError, free_port, listens, run, wait_until

BUCKET = "museum"
WRITER, READER, ROLE = "writer", "reader", "night"
SESSION = 3600
"""Seconds of a session that is not to run out."""
_CONF = """\
[global]
fsid = {fsid}
mon host = [v1:127.0.0.1:{mon}]
public addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
osd crush chooseleaf type = 0
mon data avail crit = 1
mon data avail warn = 2
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/$name.log
mon cluster log file = {folder}/cluster.log
heartbeat file =
crash dir = {folder}/run
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
memstore page size = 4096
osd memory target = 939524096
osd class load list = *
osd class default list = *
[client.rgw.a]
# Without tcp_nodelay every small answer takes 40 ms
rgw frontends = beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1
rgw data = {folder}/rgw
rgw thread pool size = 64
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw sts key = {sts}
rgw s3 auth use sts = true
rgw sts min session duration = 1
"""


class Ceph:
    """The store; it keeps everything while the gateway is away, and forgets it when it ends."""

    def __init__(self, keeper: Keeper, folder: Path) -> None:
        self.folder, self.port, self._mon = folder, free_port(), free_port()
        for name in ("mon", "osd", "rgw", "run"):
            (folder / name).mkdir(parents=True)
        self._conf = folder / "ceph.conf"
        fsid = str(uuid.uuid4())
        self._conf.write_text(
            _CONF.format(fsid=fsid, mon=self._mon, gateway=self.port, folder=folder, sts=fsid[:16]),
            "utf-8",
        )
        self._secrets = {WRITER: uuid.uuid4().hex, READER: uuid.uuid4().hex}
        self._keeper, self._fsid = keeper, fsid
        self.gateway = self._daemon("radosgw -n client.rgw.a")
        self.gateway.ready = lambda: listens(self.port)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, user: str = WRITER, **changed: str) -> dict[str, str]:
        """What lets boto3, delta-rs and DuckDB reach it as a user."""
        keys = {"AWS_ACCESS_KEY_ID": user, "AWS_SECRET_ACCESS_KEY": self._secrets[user]}
        return {**s3_environment(self.endpoint), **keys, **changed}

    def start(self) -> None:
        """Make it and start it: monitor, OSD, users, gateway, a bucket that `reader` may read."""
        monmap = self.folder / "monmap"
        address = f"[v1:127.0.0.1:{self._mon}]"
        self._run(f"monmaptool --create --fsid {self._fsid} --addv a {address} {monmap}")
        self._run(f"ceph-mon --id a --mkfs --monmap {monmap}")
        self._daemon("ceph-mon --id a").start()
        wait_until("the monitor leads", self._has_quorum, 60)
        osd = uuid.uuid4()
        self._ask_monitor(f"ceph osd new {osd}")
        self._ask_monitor("ceph osd crush add osd.0 1 root=default host=localhost")
        self._run(f"ceph-osd --id 0 --mkfs --osd-uuid {osd}")
        self._osd = self._daemon("ceph-osd --id 0")
        # Without a manager nobody makes up for pools that nobody was there to take
        wait_until("the OSD is up", self._osd_is_up, 90)
        for user, secret in self._secrets.items():
            keys = f"--access-key {user} --secret-key {secret}"
            self._run(f"radosgw-admin user create --uid {user} --display-name {user} {keys}")
        self.make_role(ROLE, _policy(Action=["s3:*"], Resource="arn:aws:s3:::*"))
        self.gateway.start()
        self._make_bucket()

    def _make_bucket(self) -> None:
        client = self.client(WRITER)
        client.create_bucket(Bucket=BUCKET)
        policy = _policy(
            Principal={"AWS": [f"arn:aws:iam:::user/{READER}"]},
            Action=["s3:GetObject", "s3:ListBucket"],
            Resource=[f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        )
        client.put_bucket_policy(Bucket=BUCKET, Policy=policy)

    def make_role(self, name: str, policy: str) -> None:
        """What the writer may take on for a session, and what it may do then."""
        trusted = {"AWS": [f"arn:aws:iam:::user/{WRITER}"]}
        trust = _policy(Principal=trusted, Action=["sts:AssumeRole"])
        role = f"--role-name {name}"
        self._run(f"radosgw-admin role create {role} --assume-role-policy-doc '{trust}'")
        self._run(f"radosgw-admin role-policy put {role} --policy-name all --policy-doc '{policy}'")

    def session(self, role: str = ROLE, seconds: int = SESSION) -> dict[str, str]:
        given = self.client(service="sts").assume_role(
            RoleArn=f"arn:aws:iam:::role/{role}", RoleSessionName=role, DurationSeconds=seconds
        )["Credentials"]
        return self.environment(
            AWS_ACCESS_KEY_ID=given["AccessKeyId"],
            AWS_SECRET_ACCESS_KEY=given["SecretAccessKey"],
            AWS_SESSION_TOKEN=given["SessionToken"],
        )

    def client(self, user: str = WRITER, service: str = "s3"):
        return self.client_of(self.environment(user), service)

    def client_of(self, environment: Mapping[str, str], service: str = "s3"):
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            # boto3 itself asks for no session of less than 15 minutes
            config=Config(parameter_validation=False),
        )

    def _daemon(self, command: str) -> Process:
        program, _, arguments = command.partition(" ")
        started = f"{program} -f -c {self._conf} {arguments}"
        return Process(self._keeper, program, started, self.folder)

    def _has_quorum(self) -> bool:
        try:
            self._run("ceph --connect-timeout 5 status")
        except ServiceError:
            return False
        return True

    def _osd_is_up(self) -> bool:
        """On a busy machine it may greet the monitor too soon, and end: "wrong fsid"."""
        if not self._osd.running():
            self._osd.start()
        try:
            return "1 up" in self._run("ceph osd stat")
        except ServiceError:  # a monitor that is just about to lead refuses: EPERM
            return False

    @retry(
        retry=retry_if_exception_type(ServiceError),
        stop=stop_after_delay(60),
        wait=wait_fixed(1),
        reraise=True,
    )
    def _ask_monitor(self, command: str) -> str:
        """Run a command that may be repeated: a monitor about to lead answers EPERM."""
        return self._run(command)

    def _run(self, command: str) -> str:
        program, _, arguments = command.partition(" ")
        return run(f"{program} -c {self._conf} {arguments}")


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
