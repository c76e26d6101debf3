//! Shell completions, also in the shells themselves, and man pages, with the real binary.

use std::process::Stdio;

use crate::place::{Place, ended};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// A folder with an environment and a rule of its own.
fn place() -> Place {
    let environment = "import kube\n\n/// Notices, by hand.\nenvironment notice extends kube.application {\n  version {\n    \
                       headline text: string\n    /// A text that says little.\n    lint notice-short info {\n      when len(v.text) < 3\n      \
                       \"say more\"\n    }\n    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }\n  }\n  \
                       strategy none { }\n}\n";
    let release = "release hello on notice < \"a\" >\n";
    Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/notice.rel", environment),
        ("hello.rel", release),
    ])
}

/// Returns the candidates that fish gets for the last of `words`: one per line, with its description after a tab.
fn candidates(place: &Place, words: &[&str]) -> String {
    let mut command = place.command(&[&["--", "relc"], words].concat());
    command.env("RELC_COMPLETE", "fish").stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = ended(command.spawn().unwrap());
    ended.good().to_owned()
}

#[test]
fn names_are_those_of_the_working_directory() {
    let place = place();
    for words in [
        &["build", "--on", "no"][..],
        &["lint", "--on", "no"],
        &["schema", "no"],
        &["env", "show", "no"],
        &["env", "new", "x", "--from", "no"],
        &["controller", "--env", "no"],
    ] {
        assert_eq!(candidates(&place, words), "notice\tNotices, by hand.\n", "{words:?}");
    }
    for words in [&["lint", "--select", "notice"][..], &["lint", "--ignore", "notice"], &["explain", "notice"]] {
        assert_eq!(candidates(&place, words), "notice-short\tA text that says little.\n", "{words:?}");
    }
    assert_eq!(
        candidates(&place, &["lint", "--select", "weight-zero,notice"]),
        "weight-zero,notice-short\tA text that says little.\n"
    );
    assert_eq!(candidates(&place, &["explain", "E0101"]), "E0101\tsyntax\n");
    let all = candidates(&place, &["build", "--on", ""]);
    for name in relc_core::library::Catalog::builtin().environment_names() {
        assert!(all.contains(&format!("{name}\t")), "{name} is not in {all}");
    }
    // If a file can't be read, standard names are completed.
    place.write("relc.toml", "environments = [\n");
    assert_eq!(candidates(&place, &["build", "--on", "no"]), "");
    assert!(candidates(&place, &["build", "--on", "knative-"]).starts_with("knative-istio\t"));
}

#[test]
fn the_rest_is_of_the_command_line() {
    let place = place();
    assert!(candidates(&place, &["expl"]).starts_with("explain\tExplain rules"));
    assert!(candidates(&place, &["build", "--tra"]).starts_with("--trace\t"));
    assert_eq!(candidates(&place, &["build", "--format", "js"]), "json\tA JSON `List`, as kubectl prints it\n");
    assert_eq!(candidates(&place, &["build", "hel"]), "hello.rel\n");
    // If a directory is expected, files are not candidates.
    assert_eq!(candidates(&place, &["build", "--env-path", ""]), ".\nenvs/\n");
    let shells = candidates(&place, &["completions", ""]);
    assert!(SHELLS.iter().all(|shell| shells.contains(&format!("{shell}\t"))), "{shells}");
}

#[test]
fn every_shell_has_a_script() {
    let place = place();
    for shell in SHELLS {
        let run = place.run(&["completions", shell]);
        assert!(run.good().contains("RELC_COMPLETE") && run.out.contains("relc"), "{shell}: {}", run.out);
    }
    let refused = place.run(&["completions", "csh"]);
    refused.failed("is not a valid value for `SHELL`: did you mean `zsh`");
    let mut command = place.command(&["--", "relc", "b"]);
    command.env("RELC_COMPLETE", "csh").stdout(Stdio::piped()).stderr(Stdio::piped());
    ended(command.spawn().unwrap()).failed("unknown shell `csh`");
    // An empty variable requests nothing.
    let mut command = place.command(&["build", "hello.rel"]);
    command.env("RELC_COMPLETE", "").stdout(Stdio::piped()).stderr(Stdio::piped());
    assert!(ended(command.spawn().unwrap()).good().contains("kind: ConfigMap"));
}

/// Runs `script` in a shell with relc in PATH; prints a note and returns `None` if the shell is not installed.
#[cfg(unix)]
fn shell(place: &Place, shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    use std::io::Write as _;
    use std::path::Path;
    use std::process::Command;

    let folder = Path::new(env!("CARGO_BIN_EXE_relc")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(folder.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut command = Command::new(shell);
    command.args(arguments).args(["-c", script]).current_dir(place.path(".")).env("PATH", path.unwrap());
    match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => Some(ended(child).out),
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "skipped: {shell} is not installed");
            None
        }
    }
}

/// Bash loads the script and completes as at the prompt.
#[cfg(unix)]
#[test]
fn bash_completes() {
    let script = "source <(relc completions bash)\nCOMP_WORDS=(relc build --on noti)\nCOMP_CWORD=3\nCOMP_TYPE=9\n\
                  _clap_complete_relc relc noti --on\necho \"${COMPREPLY[*]}\"\ncomplete -p relc\n";
    let Some(out) = shell(&place(), "bash", &["--norc"], script) else { return };
    let (reply, registered) = out.split_once('\n').unwrap();
    assert_eq!(reply, "notice");
    assert!(registered.contains("-F _clap_complete_relc relc"), "{registered}");
}

/// Fish returns its candidates.
#[cfg(unix)]
#[test]
fn fish_completes() {
    let script = "relc completions fish | source; for line in 'relc build --on noti' 'relc expl' 'relc build hel'; \
                  complete -C $line; end";
    let Some(out) = shell(&place(), "fish", &["--no-config"], script) else { return };
    let offered: Vec<&str> = out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(offered, ["notice", "explain", "hello.rel"], "{out}");
}

/// Zsh loads the script from its `fpath` on the first completion, at a prompt, and answers that and later ones.
#[cfg(unix)]
#[test]
fn zsh_completes() {
    let script = r#"mkdir zfunc && relc completions zsh > zfunc/_relc && zmodload zsh/zpty
see() { # what the prompt shows, until it is like this
  shown= tries=0
  until [[ $shown == *$~1* ]] || (( tries++ > 100 )); do
    zpty -r -t prompt chunk && shown+=$chunk || sleep 0.05
  done
}
zpty prompt env TERM=dumb HOME=$PWD zsh -f -i
zpty -w prompt 'PS1=; fpath=(zfunc $fpath); autoload -Uz compinit && compinit -u -D; echo rea""dy'
see ready
for words in '--on noti' 'hel'; do
  zpty -w -n prompt "relc build $words"$'\t'
  see '(notice |hello.rel )'
  print -r -- "${${shown//$'\r'}##*relc build }"
  zpty -w -n prompt $'\C-u'
done
zpty -d prompt"#;
    let Some(out) = shell(&place(), "zsh", &["-f"], script) else { return };
    let shown: Vec<&str> = out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, ["--on notice", "hello.rel"], "{out}");
}

#[test]
fn every_subcommand_has_a_man_page_with_all_that_its_help_says() {
    let place = Place::new(&[]);
    let said = place.run(&["man", "man/man1"]).err;
    let names = place.names("man/man1");
    assert_eq!(said, format!("written: {} pages to `man/man1`\n", names.len()));
    let help = place.run(&["--help"]);
    let subcommands =
        help.good().lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // The description after a name continues on lines that are indented further.
    let own = subcommands.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    for subcommand in own.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(names.contains(&format!("relc-{subcommand}.1")), "{subcommand} has no page");
    }
    assert!(names.contains(&"relc-env-list.1".to_owned()), "{names:?}");
    for name in names {
        let page = place.read(&format!("man/man1/{name}")).replace("\\-", "-");
        assert!(page.contains(&format!(".TH {}", name.trim_end_matches(".1"))), "{name}: {page}");
        // `env list` is `relc-env-list.1`; no subcommand has a hyphen in its name.
        let words = name.trim_end_matches(".1").split('-').skip(1);
        let help = place.run(&words.chain(["--help"]).collect::<Vec<_>>());
        // Each flag starts a line; other words with two hyphens are aliases, or prose.
        let flags = help.good().lines().filter_map(|line| {
            let flag = line.trim_start().split("  ").next()?;
            flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')?.split_once(", --").map(|(_, long)| long))
        });
        for flag in flags.filter_map(|flag| flag.split([' ', '[', '=']).next()) {
            assert!(page.contains(&format!("--{flag}")), "{name} has no --{flag}");
        }
        // Examples are printed unchanged.
        for line in
            help.out.lines().skip_while(|line| *line != "Examples:").skip(1).filter(|line| line.starts_with("  "))
        {
            assert!(page.lines().any(|known| known == line.replace('\\', "\\\\")), "{name}: {line}");
        }
    }
    assert_eq!(place.run(&["man"]).good(), place.read("man/man1/relc.1"));
    place.write("file", "");
    place.run(&["man", "file"]).failed("cannot write `file`");
}
