"""The certificates of the control plane and of the function, all of one authority."""

from dataclasses import dataclass
from pathlib import Path

import trustme

LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The files of a certificate and of its key."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; its own is the file `certificate`."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self._folder = folder
        self.certificate = folder / "ca.crt"
        self._ca.cert_pem.write_to_path(self.certificate)

    def server(self, name: str) -> Pair:
        """Return a certificate for servers on this machine."""
        return self._pair(name, self._ca.issue_cert(*LOCAL, common_name=name))

    def client(self, name: str, group: str) -> Pair:
        """Return a certificate for the user *name* of the group *group*."""
        issued = self._ca.issue_cert(
            f"{name}@users.invalid", common_name=name, organization_name=group
        )
        return self._pair(name, issued)

    def _pair(self, name: str, issued: trustme.LeafCert) -> Pair:
        pair = Pair(
            certificate=self._folder / f"{name}.crt", key=self._folder / f"{name}.key"
        )
        issued.cert_chain_pems[0].write_to_path(pair.certificate)
        issued.private_key_pem.write_to_path(pair.key)
        return pair
