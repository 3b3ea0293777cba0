//! Arguments as `getopt_long` takes them apart: options anywhere, combined short ones, abbreviated long ones.

/// One option that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<T: 'static> {
    /// What it means.
    pub(super) meaning: T,
    /// Its letter.
    pub(super) short: Option<char>,
    /// Its words, without hyphens.
    pub(super) long: &'static [&'static str],
    /// Does it take a value?
    pub(super) value: Takes,
}

/// Does an option take a value?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Never.
    Nothing,
    /// Always: `-l error`, `-lerror`, `--log error`, `--log=error`.
    Value,
    /// After `=` of its long form only: `--json`, `--json=c`.
    Perhaps,
}

/// One argument, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument<T> {
    /// An option and its value.
    Option(T, Option<String>),
    /// Anything else.
    Operand(String),
    /// Not understood, in words.
    Wrong(String),
}

/// Takes `arguments` apart, to the end: what is wrong stands among the rest.
pub(super) fn parse<T: Copy + PartialEq>(arguments: &[String], known: &[Known<T>]) -> Vec<Argument<T>> {
    let mut found = Vec::with_capacity(arguments.len());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            found.extend(rest.by_ref().map(|operand| Argument::Operand(operand.clone())));
        } else if let Some(word) = argument.strip_prefix("--") {
            found.push(long(word, &mut rest, known));
        } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            short(letters, &mut rest, known, &mut found);
        } else {
            found.push(Argument::Operand(argument.clone()));
        }
    }
    found
}

fn long<'a, T: Copy + PartialEq>(
    text: &str,
    rest: &mut impl Iterator<Item = &'a String>,
    known: &[Known<T>],
) -> Argument<T> {
    let (word, value) = text.split_once('=').map_or((text, None), |(word, value)| (word, Some(value)));
    let exact = known.iter().find(|known| known.long.contains(&word));
    let mut abbreviated =
        known.iter().filter(|known| !word.is_empty() && known.long.iter().any(|long| long.starts_with(word)));
    let option = match (exact, abbreviated.next()) {
        (Some(option), _) => option,
        (None, Some(option)) if abbreviated.all(|other| other.meaning == option.meaning) => option,
        (None, Some(_)) => return Argument::Wrong(format!("option --{word} is ambiguous")),
        (None, None) => return Argument::Wrong(format!("unknown option --{word}")),
    };
    let value = value.map(str::to_owned);
    match option.value {
        Takes::Nothing if value.is_some() => Argument::Wrong(format!("option --{word} takes no value")),
        Takes::Nothing | Takes::Perhaps => Argument::Option(option.meaning, value),
        Takes::Value => match value.or_else(|| rest.next().cloned()) {
            Some(value) => Argument::Option(option.meaning, Some(value)),
            None => Argument::Wrong(format!("option --{word} needs a value")),
        },
    }
}

fn short<'a, T: Copy>(
    letters: &str,
    rest: &mut impl Iterator<Item = &'a String>,
    known: &[Known<T>],
    found: &mut Vec<Argument<T>>,
) {
    let mut chars = letters.chars();
    while let Some(letter) = chars.next() {
        let Some(option) = known.iter().find(|known| known.short == Some(letter)) else {
            found.push(Argument::Wrong(format!("unknown option -{letter}")));
            continue;
        };
        if option.value != Takes::Value {
            found.push(Argument::Option(option.meaning, None));
            continue;
        }
        let value = match chars.as_str() {
            "" => rest.next().cloned(),
            value => Some(value.to_owned()),
        };
        found.push(match value {
            Some(value) => Argument::Option(option.meaning, Some(value)),
            None => Argument::Wrong(format!("option -{letter} needs a value")),
        });
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Meaning {
        All,
        Log,
        Json,
        Scan,
        ScanOpen,
    }

    const KNOWN: &[Known<Meaning>] = &[
        Known { meaning: Meaning::All, short: Some('a'), long: &["all"], value: Takes::Nothing },
        Known { meaning: Meaning::Log, short: Some('l'), long: &["log"], value: Takes::Value },
        Known { meaning: Meaning::Json, short: Some('j'), long: &["json"], value: Takes::Perhaps },
        Known { meaning: Meaning::Scan, short: None, long: &["scan"], value: Takes::Nothing },
        Known { meaning: Meaning::ScanOpen, short: None, long: &["scan-open"], value: Takes::Nothing },
    ];

    fn parsed(line: &str) -> Vec<Argument<Meaning>> {
        parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>(), KNOWN)
    }

    fn option(meaning: Meaning, value: &str) -> Argument<Meaning> {
        Argument::Option(meaning, Some(value.to_owned()).filter(|value| !value.is_empty()))
    }

    #[test]
    fn one_thing_can_be_said_in_many_ways() {
        let wanted = vec![
            option(Meaning::All, ""),
            option(Meaning::Log, "error"),
            Argument::Operand("/dev/sda".to_owned()),
        ];
        for line in [
            "-a -l error /dev/sda",
            "-alerror /dev/sda",
            "-al error /dev/sda",
            "--all --log=error /dev/sda",
            "--al --lo error /dev/sda",
            "-a -l error -- /dev/sda",
        ] {
            assert_eq!(parsed(line), wanted, "{line}");
        }
        assert_eq!(parsed("/dev/sda -a")[1], option(Meaning::All, ""));
    }

    #[test]
    fn an_optional_value_stands_behind_the_equals_sign_alone() {
        assert_eq!(parsed("--json=c"), [option(Meaning::Json, "c")]);
        assert_eq!(parsed("-ja"), [option(Meaning::Json, ""), option(Meaning::All, "")]);
        assert_eq!(parsed("--json c"), [option(Meaning::Json, ""), Argument::Operand("c".to_owned())]);
    }

    #[test]
    fn a_whole_word_is_not_ambiguous() {
        assert_eq!(parsed("--scan"), [option(Meaning::Scan, "")]);
        assert_eq!(parsed("--scan-o"), [option(Meaning::ScanOpen, "")]);
        assert_eq!(parsed("--sca"), [Argument::Wrong("option --sca is ambiguous".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_still_read() {
        let found = parsed("-Z --frob=1 --all=x --json -l");
        let wrong: Vec<_> = found.iter().filter(|argument| matches!(argument, Argument::Wrong(_))).collect();
        assert_eq!(wrong.len(), 4);
        assert!(found.contains(&option(Meaning::Json, "")));
        assert_eq!(parsed("-"), [Argument::Operand("-".to_owned())]);
        assert_eq!(parsed("--="), [Argument::Wrong("unknown option --".to_owned())]);
    }
}
