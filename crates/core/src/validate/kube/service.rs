//! A Service that Kubernetes refuses.
//!
//! ## What
//! Reports a Service without ports, ports that share a number or name or have none where they need one, a node port on a Service that is not reached through
//! nodes or outside of 30000 to 32767, a port of the node that two Services take, addresses that are invalid, and fields that do not go with the `type`.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     serviceSpecification:
//!       spec:
//!         selector: { app: hello-0 }
//!         ports:
//!         - port: 80
//!           nodePort: 30080
//! ```
//!
//! ## Good
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     serviceSpecification:
//!       spec:
//!         type: NodePort
//!         selector: { app: hello-0 }
//!         ports:
//!         - port: 80
//!           nodePort: 30080
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateService` and `validateServicePort` (`pkg/apis/core/validation`). The range of node ports is the API server's default
//! (`--service-node-port-range`): where a cluster has another one, allow the finding.

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{LABEL, SERVICE_LABEL, SUBDOMAIN, is_cidr, is_ipv4, is_ipv6, key_problem};
use relc_syntax::diagnostic::Diagnostics;

use super::container::PROTOCOLS;
use super::pod::address;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("service.rs");

/// The rule's name.
pub const RULE: &str = "invalid-service";

/// Ports that the API server gives out on nodes.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30000..=32767;

/// Checks a Service.
pub fn check(service: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    if let Some(name) = service.find(&["metadata", "name"])
        && name.text().is_some_and(|name| SUBDOMAIN.problem(name).is_none())
    {
        found.form(name, &SERVICE_LABEL, "name of a Service");
    }
    let Some(spec) = service.get("spec") else { return };
    found.member(spec, "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    ports(spec, &mut found);
    if let Some(selector) = spec.get("selector") {
        found.labels(selector);
    }
    by_type(spec, &mut found);
    traffic(spec, &mut found);
    addresses(spec, &mut found);
}

fn kind(spec: Field<'_>) -> &str {
    match spec.text_of("type") {
        "" => "ClusterIP",
        kind => kind,
    }
}

fn is_headless(spec: Field<'_>) -> bool {
    spec.text_of("clusterIP") == "None" || spec.list("clusterIPs").next().is_some_and(|ip| ip.text() == Some("None"))
}

fn ports(spec: Field<'_>, found: &mut Findings<'_>) {
    let count = spec.get("ports").map_or(0, |ports| ports.len());
    if count == 0 && !is_headless(spec) && kind(spec) != "ExternalName" {
        found
            .refuse(spec.get("ports").unwrap_or(spec), "the Service has no ports")
            .help("set `ports: [{ port: 80 }]`, or make it headless with `clusterIP: None`");
    }
    for port in spec.list("ports") {
        match port.get("name").filter(|name| name.text() != Some("")) {
            Some(name) => found.form(name, &LABEL, "port name"),
            None if count > 1 => found
                .refuse(port, "a Service with several ports needs a name for each")
                .help("set `name`, such as `name: http`"),
            None => {}
        }
        match port.get("port") {
            Some(number) => found.port_number(number),
            None => found.refuse(port, "a port of the Service has no `port`").help("set `port`"),
        }
        found.member(port, "protocol", PROTOCOLS);
        // 0 and the empty text are as good as none: the Service's own port.
        if let Some(target) =
            port.get("targetPort").filter(|target| target.int() != Some(0) && target.text() != Some(""))
        {
            found.port_or_name(target);
        }
        if let Some(protocol) = port.get("appProtocol") {
            found.text(protocol, "application protocol", key_problem);
        }
        node_port(spec, port, found);
    }
    let names = spec.list("ports").filter_map(|port| port.get("name"));
    let names = names.filter_map(|name| Some((name.text().filter(|text| !text.is_empty())?, name)));
    found.unique(
        names,
        |name| format!("two ports of the Service are called {}", name.shown()),
        "use a different name for each port",
    );
    let numbers = spec.list("ports").filter_map(|port| Some(((protocol(port), port.int_of("port")?), port)));
    let said = |port: Field<'_>| {
        format!("two ports of the Service are {} {}", protocol(port), port.int_of("port").unwrap_or(0))
    };
    found.unique(numbers, said, "remove one of them, or use it another `port`");
}

fn protocol(port: Field<'_>) -> &str {
    match port.text_of("protocol") {
        "" => "TCP",
        protocol => protocol,
    }
}

fn node_port(spec: Field<'_>, port: Field<'_>, found: &mut Findings<'_>) {
    let Some(field) = port.get("nodePort").filter(|field| field.int() != Some(0)) else { return };
    let Some(number) = field.int() else { return };
    if kind(spec) == "ClusterIP" {
        let message =
            format!("{} needs a Service of another type: `type: ClusterIP` is not reached through nodes", field.said());
        found.forbid(field, message).help("set `type: NodePort`, or remove `nodePort`");
    } else if !NODE_PORTS.contains(&number) {
        let (first, last) = (NODE_PORTS.start(), NODE_PORTS.end());
        found
            .refuse(field, format!("{} is not a port for nodes: they are from {first} to {last}", field.said()))
            .help("choose one of them, or remove `nodePort` to get one");
    }
}

/// Checks that no port of the nodes is taken twice among `services`.
pub fn node_ports<'v>(services: impl Iterator<Item = Field<'v>>, out: &mut Diagnostics) {
    let specs = services
        .filter_map(|service| service.get("spec"))
        .filter(|spec| matches!(kind(*spec), "NodePort" | "LoadBalancer"));
    let ports = specs.flat_map(|spec| spec.list("ports"));
    let keyed = ports.filter_map(|port| {
        let field = port.get("nodePort")?;
        Some(((field.int().filter(|number| *number != 0)?, protocol(port)), field))
    });
    let said = |port: Field<'_>| format!("the node port {} is taken twice", port.shown());
    Findings::new(RULE, out).unique(keyed, said, "choose another port, or remove `nodePort` to get one");
}

/// Fields that go with some types only.
fn by_type(spec: Field<'_>, found: &mut Findings<'_>) {
    let kind = kind(spec);
    if is_headless(spec) && matches!(kind, "NodePort" | "LoadBalancer") {
        let place = spec.get("clusterIP").or(spec.get("clusterIPs")).unwrap_or(spec);
        found
            .refuse(place, format!("`clusterIP: None` does not go with `type: {kind}`, which needs an address"))
            .help("remove `clusterIP`, or `type`");
    }
    if kind == "ExternalName" {
        external_name(spec, found);
    }
    let only_for_balancers =
        ["allocateLoadBalancerNodePorts", "loadBalancerClass"].iter().filter_map(|name| spec.get(name));
    let ranges = spec.get("loadBalancerSourceRanges").filter(|ranges| !ranges.is_empty());
    for field in only_for_balancers.chain(ranges).filter(|_| kind != "LoadBalancer") {
        found
            .forbid(field, format!("`{}` needs `type: LoadBalancer`", field.name))
            .help(format!("remove `{}`, or set `type: LoadBalancer`", field.name));
    }
    if let Some(class) = spec.get("loadBalancerClass") {
        found.text(class, "class of load balancers", key_problem);
    }
    for range in spec.list("loadBalancerSourceRanges") {
        if range.text().is_some_and(|text| !is_cidr(text.trim())) {
            found
                .refuse(range, format!("{} is not a range of addresses", range.shown()))
                .help("write one such as `10.0.0.0/8`");
        }
    }
}

fn external_name(spec: Field<'_>, found: &mut Findings<'_>) {
    for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"].iter().filter_map(|name| spec.get(name)) {
        if field.text() != Some("") {
            found
                .forbid(field, format!("a Service of `type: ExternalName` has no `{}`", field.name))
                .help(format!("remove `{}`", field.name));
        }
    }
    match spec.get("externalName").filter(|name| name.text() != Some("")) {
        Some(name) => {
            found.text(name, "external name", |text| SUBDOMAIN.problem(text.strip_suffix('.').unwrap_or(text)))
        }
        None => found
            .refuse(spec, "a Service of `type: ExternalName` has no `externalName`")
            .help("set `externalName` to the name of a host"),
    }
}

fn traffic(spec: Field<'_>, found: &mut Findings<'_>) {
    const MAX_AFFINITY: i64 = 86400;
    let kind = kind(spec);
    found.member(spec, "sessionAffinity", &["ClientIP", "None"]);
    if spec.text_of("sessionAffinity") == "ClientIP"
        && let Some(client) = spec.find(&["sessionAffinityConfig", "clientIP"])
    {
        found.range(client, "timeoutSeconds", 1, MAX_AFFINITY);
    }
    let is_external = matches!(kind, "NodePort" | "LoadBalancer")
        || (kind == "ClusterIP" && spec.list("externalIPs").next().is_some());
    let policy = spec.get("externalTrafficPolicy").filter(|policy| policy.text() != Some(""));
    match policy {
        Some(policy) if !is_external => {
            let message = format!(
                "{} needs a Service that is reached from outside, and this one has `type: {kind}`",
                policy.said()
            );
            found.forbid(policy, message).help("remove `externalTrafficPolicy`, or set `type: LoadBalancer`");
        }
        _ => found.member(spec, "externalTrafficPolicy", &["Cluster", "Local"]),
    }
    found.member(spec, "internalTrafficPolicy", &["Cluster", "Local"]);
    found.member(spec, "trafficDistribution", &["PreferClose", "PreferSameZone", "PreferSameNode"]);
    if let Some(port) = spec.get("healthCheckNodePort").filter(|port| port.int() != Some(0)) {
        if kind == "LoadBalancer" && spec.text_of("externalTrafficPolicy") == "Local" {
            found.port_number(port);
        } else {
            let message = "`healthCheckNodePort` needs `type: LoadBalancer` and `externalTrafficPolicy: Local`";
            found.forbid(port, message).help("remove `healthCheckNodePort`");
        }
    }
}

fn addresses(spec: Field<'_>, found: &mut Findings<'_>) {
    for ip in spec.list("externalIPs") {
        address(ip, found);
        let Some(text) = ip.text() else { continue };
        let is_local = text.starts_with("127.")
            || text.starts_with("169.254.")
            || text.starts_with("224.0.0.")
            || ["0.0.0.0", "::", "::1"].contains(&text);
        if is_local {
            found
                .refuse(ip, format!("{} is not an address that others can reach", quoted(text)))
                .help("write an address of the cluster's nodes");
        }
    }
    if kind(spec) == "ExternalName" {
        return;
    }
    let own = spec.get("clusterIP").filter(|ip| !matches!(ip.text(), Some("" | "None")));
    let listed = spec.list("clusterIPs").filter(|ip| ip.text() != Some("None"));
    own.into_iter().chain(listed).for_each(|ip| address(ip, found));
    let (first, one) = (spec.list("clusterIPs").next(), spec.text_of("clusterIP"));
    if let Some(first) = first.filter(|first| first.text() != Some(one)) {
        found
            .refuse(
                first,
                format!("{} is the first of `clusterIPs`, and `clusterIP` is {}", first.shown(), quoted(one)),
            )
            .help("make both the same, or remove `clusterIPs`");
    }
    families(spec, found);
}

fn families(spec: Field<'_>, found: &mut Findings<'_>) {
    found.member(spec, "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]);
    for family in spec.list("ipFamilies") {
        if let Some(text) = family.text().filter(|text| !matches!(*text, "IPv4" | "IPv6")) {
            let near = ["IPv4", "IPv6"].into_iter().find(|known| known.eq_ignore_ascii_case(text)).map(str::to_owned);
            found
                .refuse(family, format!("{} is not a family of addresses", quoted(text)))
                .instead(near, "write `IPv4` or `IPv6`");
        }
    }
    let keyed = spec.list("ipFamilies").filter_map(|family| Some((family.text()?, family)));
    found.unique(keyed, |family| format!("{} is in `ipFamilies` twice", family.shown()), "remove one of them");
    let is_single = match spec.text_of("ipFamilyPolicy") {
        "" => !(is_headless(spec) && spec.get("selector").is_none_or(|selector| selector.is_empty())),
        policy => policy == "SingleStack",
    };
    for name in ["ipFamilies", "clusterIPs"] {
        if let Some(both) = spec.get(name).filter(|list| is_single && list.len() == 2) {
            let message = format!("two `{name}` need `ipFamilyPolicy: PreferDualStack` or `RequireDualStack`");
            found.refuse(both, message).help("set `ipFamilyPolicy: PreferDualStack`");
        }
    }
    let wanted = spec.list("ipFamilies").filter_map(|family| family.text());
    let ips: Vec<Field<'_>> = match spec.get("clusterIPs") {
        Some(ips) => ips.items().collect(),
        None => spec.get("clusterIP").into_iter().collect(),
    };
    for (family, ip) in wanted.zip(ips) {
        let Some(text) = ip.text() else { continue };
        if (family == "IPv4" && is_ipv6(text)) || (family == "IPv6" && is_ipv4(text)) {
            found
                .refuse(ip, format!("{} is not an {family} address, as `ipFamilies` requires", quoted(text)))
                .help("make both agree");
        }
    }
}
