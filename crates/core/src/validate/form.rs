//! The forms of names and keys that Kubernetes knows (apimachinery, `util/validation`), and what is wrong with a text that is not of one.

/// The form of a name: its characters, how it begins and ends, and its length.
#[derive(Debug)]
pub struct Form {
    /// The name of this form, with its article: `a DNS label`.
    pub what: &'static str,
    /// Greatest length in bytes.
    max: usize,
    /// Characters inside that are no lower-case letters or digits.
    marks: &'static str,
    /// True if capitals are allowed.
    capitals: bool,
    /// The characters at its start and end.
    ends: Ends,
}

#[derive(Debug, PartialEq, Eq)]
enum Ends {
    /// With a letter or digit.
    Alphanumeric,
    /// So, but a letter first.
    LetterFirst,
    /// As they like.
    Any,
}

/// RFC 1123 label: names of containers, volumes and Service ports.
pub const LABEL: Form = Form { what: "a DNS label", max: 63, marks: "-", capitals: false, ends: Ends::Alphanumeric };
/// RFC 1035 label: names of Services, of what Services are made for.
pub const SERVICE_LABEL: Form = Form {
    what: "a DNS label that begins with a letter",
    max: 63,
    marks: "-",
    capitals: false,
    ends: Ends::LetterFirst,
};
/// RFC 1123 subdomain: names of most objects. Its parts between dots are checked one by one.
pub const SUBDOMAIN: Form =
    Form { what: "a DNS name", max: 253, marks: "-.", capitals: false, ends: Ends::Alphanumeric };
/// A label's value. The empty text is one, too.
pub const LABEL_VALUE: Form =
    Form { what: "a label value", max: 63, marks: "-_.", capitals: true, ends: Ends::Alphanumeric };
/// The part of a label's or annotation's key after the `/`.
const KEY_NAME: Form = Form { what: "a key", max: 63, marks: "-_.", capitals: true, ends: Ends::Alphanumeric };
/// A key of a ConfigMap or Secret.
pub const DATA_KEY: Form =
    Form { what: "a key of a ConfigMap", max: 253, marks: "-_.", capitals: true, ends: Ends::Any };
/// The name of an HTTP header, as probes take it.
pub const HEADER_NAME: Form =
    Form { what: "a header name", max: usize::MAX, marks: "-", capitals: true, ends: Ends::Any };

impl Form {
    /// Returns the problem of `text`, as the end of a sentence; `None` if it has this form.
    pub fn problem(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            return Some("it is empty".to_owned());
        }
        if text.len() > self.max {
            return Some(format!("{} characters are more than {}", text.len(), self.max));
        }
        if let Some(wrong) = text.chars().find(|c| !self.takes(*c)) {
            return Some(not_allowed(wrong));
        }
        if self.marks.contains('.') && self.ends == Ends::Alphanumeric && !self.capitals {
            let part = text.split('.').find(|part| !has_ends(part, &self.ends))?;
            return Some(if part.is_empty() {
                "a part between dots is empty".to_owned()
            } else {
                wrong_end(part, &self.ends)
            });
        }
        (!has_ends(text, &self.ends)).then(|| wrong_end(text, &self.ends))
    }

    /// A text of this form that is like `text`, if there is one.
    pub fn nearest(&self, text: &str) -> Option<String> {
        let text = if self.capitals { text.to_owned() } else { text.to_lowercase() };
        let mark = self.marks.chars().next().unwrap_or('-');
        let mut out = String::new();
        for c in text.trim().chars() {
            out.push(if self.takes(c) { c } else { mark });
        }
        let trimmed = match self.ends {
            Ends::Alphanumeric => out.trim_matches(is_mark),
            Ends::LetterFirst => out.trim_start_matches(|c: char| !c.is_ascii_lowercase()).trim_end_matches(is_mark),
            Ends::Any => &out,
        };
        (!trimmed.is_empty() && self.problem(trimmed).is_none()).then(|| trimmed.to_owned())
    }

    fn takes(&self, c: char) -> bool {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || self.marks.contains(c)
            || (self.capitals && c.is_ascii_uppercase())
    }
}

fn is_mark(c: char) -> bool {
    !c.is_ascii_alphanumeric()
}

fn not_allowed(c: char) -> String {
    match c {
        c if c.is_uppercase() => "capital letters are not allowed".to_owned(),
        ' ' => "spaces are not allowed".to_owned(),
        c if c.is_whitespace() => "white space is not allowed".to_owned(),
        c if c.is_control() => "control characters are not allowed".to_owned(),
        c => format!("`{c}` is not allowed"),
    }
}

fn has_ends(text: &str, ends: &Ends) -> bool {
    let (first, last) = (text.chars().next(), text.chars().next_back());
    let is = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match ends {
        Ends::Any => true,
        Ends::Alphanumeric => is(first) && is(last),
        Ends::LetterFirst => first.is_some_and(|c| c.is_ascii_lowercase()) && is(last),
    }
}

fn wrong_end(text: &str, ends: &Ends) -> String {
    let first = text.chars().next().is_some_and(|c| match ends {
        Ends::LetterFirst => c.is_ascii_lowercase(),
        Ends::Alphanumeric | Ends::Any => c.is_ascii_alphanumeric(),
    });
    match (first, ends) {
        (false, Ends::LetterFirst) => "it must start with a letter".to_owned(),
        (false, _) => "it must start with a letter or digit".to_owned(),
        (true, _) => "it must end with a letter or digit".to_owned(),
    }
}

/// Returns the problem of the key of a label or annotation: `[PREFIX/]NAME`.
pub fn key_problem(key: &str) -> Option<String> {
    match key.split('/').collect::<Vec<_>>()[..] {
        [name] => KEY_NAME.problem(name),
        [prefix, name] => prefix_problem(prefix).or_else(|| match name {
            "" => Some("nothing comes after the `/`".to_owned()),
            name => KEY_NAME.problem(name),
        }),
        _ => Some("it has more than one `/`".to_owned()),
    }
}

/// A text like `text` in which `problem` finds nothing, if there is one.
pub fn nearest(text: &str, problem: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (prefix, name) = text.split_once('/').map_or(("", text), |(prefix, name)| (prefix, name));
    let forms = [&KEY_NAME, &LABEL];
    let names = forms.iter().filter_map(|form| form.nearest(name));
    let prefixed = |name: String| match prefix {
        "" => Some(name),
        prefix => Some(format!("{}/{name}", SUBDOMAIN.nearest(prefix)?)),
    };
    names.filter_map(prefixed).find(|near| near != text && problem(near).is_none())
}

fn prefix_problem(prefix: &str) -> Option<String> {
    match prefix {
        "" => Some("nothing comes before the `/`".to_owned()),
        prefix => SUBDOMAIN.problem(prefix).map(|problem| format!("its prefix is not a DNS name: {problem}")),
    }
}

/// Returns the problem of the name of a container's port.
pub fn port_name_problem(name: &str) -> Option<String> {
    const MAX: usize = 15;
    if name.len() > MAX {
        return Some(format!("{} characters are more than {MAX}", name.len()));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(wrong) = name.chars().find(|c| !allowed(*c)) {
        return Some(not_allowed(wrong));
    }
    if !name.chars().any(|c| c.is_ascii_lowercase()) {
        return Some("it has no letter".to_owned());
    }
    if name.contains("--") {
        return Some("`--` is not allowed".to_owned());
    }
    (name.starts_with('-') || name.ends_with('-')).then(|| "it must not begin or end with `-`".to_owned())
}

/// Returns the problem of the name of an environment variable.
pub fn variable_problem(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("it is empty".to_owned());
    }
    let wrong = name.chars().find(|c| *c == '=' || !(' '..='~').contains(c))?;
    Some(match wrong {
        '=' => "`=` is not allowed".to_owned(),
        c if c.is_ascii() => "control characters are not allowed".to_owned(),
        c => format!("`{c}` is not an ASCII character"),
    })
}

/// Returns the problem of a search domain of a resolver: a DNS name whose parts may contain underscores, and begin with one.
pub fn search_domain_problem(domain: &str) -> Option<String> {
    let plain: Vec<String> =
        domain.split('.').map(|part| part.strip_prefix('_').unwrap_or(part).replace('_', "-")).collect();
    SUBDOMAIN.problem(&plain.join("."))
}

/// Returns the problem of a key of a ConfigMap or Secret.
pub fn data_key_problem(key: &str) -> Option<String> {
    if key == "." || key.starts_with("..") {
        return Some(format!("a file cannot be called `{key}`"));
    }
    DATA_KEY.problem(key)
}

/// Returns the problem of a path that must stay below a directory.
pub fn relative_path_problem(path: &str) -> Option<&'static str> {
    if path.starts_with('/') { Some("it must be relative") } else { backstep_problem(path) }
}

/// Returns the problem of a path that must not go up.
pub fn backstep_problem(path: &str) -> Option<&'static str> {
    path.split('/').any(|part| part == "..").then_some("`..` is not allowed")
}

/// Returns true if `text` is an IPv4 or IPv6 address; leading zeros, which older releases allow, pass.
pub fn is_ip(text: &str) -> bool {
    is_ipv4(text) || is_ipv6(text)
}

/// Returns true if `text` is an IPv4 address.
pub fn is_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_part = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u64>().is_ok_and(|n| n < 256)
    };
    parts.len() == 4 && parts.iter().all(is_part)
}

/// Returns true if `text` is an IPv6 address.
pub fn is_ipv6(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Returns true if `text` is a range of addresses: `10.0.0.0/8`.
pub fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = if is_ipv4(address) {
        32
    } else if is_ipv6(address) {
        128
    } else {
        return false;
    };
    !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit()) && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_their_form() {
        for good in ["a", "a-1", "1a", &"a".repeat(63)] {
            assert_eq!(LABEL.problem(good), None, "{good}");
        }
        for bad in ["", "A", "a_b", "-a", "a-", "a.b", "a b", "é", &"a".repeat(64)] {
            assert!(LABEL.problem(bad).is_some(), "{bad}");
        }
        for (good, bad) in [("a.b-c.1", "a..b"), ("1", "a.-b"), ("a", "a.b-"), ("a.b", ".a"), ("a.b", "a.")] {
            assert_eq!(SUBDOMAIN.problem(good), None);
            assert!(SUBDOMAIN.problem(bad).is_some(), "{bad}");
        }
        assert_eq!(SERVICE_LABEL.problem("1-shop"), Some("it must start with a letter".to_owned()));
        assert_eq!(LABEL_VALUE.problem("a.B_c-1"), None);
        assert_eq!(LABEL_VALUE.problem("the web"), Some("spaces are not allowed".to_owned()));
    }

    #[test]
    fn keys_have_one_prefix() {
        for good in ["app", "example.com/app", "App_1.x"] {
            assert_eq!(key_problem(good), None, "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "A/b", "my note", "-a"] {
            assert!(key_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn ports_variables_and_data_keys() {
        for good in ["http", "web-1", "a1"] {
            assert_eq!(port_name_problem(good), None, "{good}");
        }
        for bad in ["-web", "web-", "a--b", "80", "Web", "much-too-long-name", ""] {
            assert!(port_name_problem(bad).is_some(), "{bad}");
        }
        assert_eq!(variable_problem("1 odd.name-x"), None);
        for bad in ["", "a=b", "MODÉ", "a\tb"] {
            assert!(variable_problem(bad).is_some(), "{bad}");
        }
        assert_eq!(data_key_problem("a.b_C"), None);
        for bad in ["", ".", "..a", "a b"] {
            assert!(data_key_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn addresses() {
        assert!(is_ip("10.9.8.7") && is_ip("2001:db8::1") && is_ip("010.1.1.1"));
        assert!(!is_ip("10.0.0.256") && !is_ip("shop") && !is_ip("10.0.0") && !is_ip(""));
        assert!(is_cidr("10.0.0.0/8") && is_cidr("::/0") && !is_cidr("10.0.0.0") && !is_cidr("10.0.0.0/33"));
    }

    #[test]
    fn the_nearest_text_is_of_the_form() {
        assert_eq!(LABEL.nearest("Shop_Web"), Some("shop-web".to_owned()));
        assert_eq!(LABEL_VALUE.nearest("the web"), Some("the-web".to_owned()));
        assert_eq!(SERVICE_LABEL.nearest("1-shop"), Some("shop".to_owned()));
        assert_eq!(LABEL.nearest("!!"), None);
    }
}
