//! Tells code from sentences: a symbol or an expression, as compilers write them, or words with the names of somebody's
//! pools and hosts among them.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::platform::form;

/// Where two words stand with nothing but blanks between, as in a sentence.
static IN_EXPRESSION: LazyLock<Regex> = form!(r"[A-Za-z0-9_]\s+[A-Za-z0-9_]");
/// The same in a symbol, which calculates nothing: what stands before may be the end of a type.
static IN_SYMBOL: LazyLock<Regex> = form!(r"[A-Za-z0-9_)>*&\]]\s+[A-Za-z0-9_~]");
/// A remark in brackets behind a word; calls have no blank there.
static REMARK: LazyLock<Regex> = form!(r"[A-Za-z0-9_]\s+\(");
/// Two words with a dash between, as names have it and source hardly ever.
static DASHED: LazyLock<Regex> = form!(r"[A-Za-z0-9_]-[A-Za-z_]");
/// Dots of a symbol: `...`, and what an optimiser adds.
static DOTS: LazyLock<Regex> =
    form!(r"\.\.\.|\.(cold|isra|part|constprop|lto_priv|llvm|localalias|resume|destroy|actor)(\.[0-9]+)?");
/// A host, with its domain: an expression that is nothing else.
static DOTTED: LazyLock<Regex> = form!(r"^[!(]*[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+[)]*$");
/// Words in quotes.
static QUOTED: LazyLock<Regex> = form!(r#""[^"]*""#);
/// One word, as a command or an option is called, in quotes.
static ONE_WORD: LazyLock<Regex> = form!(r#"^"[A-Za-z_]{0,32}"$"#);

/// What compilers put before a symbol in words.
const BEFORE: [&str; 7] = [
    "non-virtual thunk to ",
    "virtual thunk to ",
    "vtable for ",
    "VTT for ",
    "guard variable for ",
    "typeinfo for ",
    "typeinfo name for ",
];
/// Words of the language that stand beside others.
const KEYWORDS: [&str; 41] = [
    "anonymous",
    "auto",
    "bool",
    "char",
    "class",
    "clone",
    "const",
    "constexpr",
    "decltype",
    "delete",
    "double",
    "enum",
    "explicit",
    "extern",
    "float",
    "inline",
    "int",
    "int16_t",
    "int32_t",
    "int64_t",
    "lambda",
    "long",
    "namespace",
    "new",
    "noexcept",
    "operator",
    "short",
    "signed",
    "size_t",
    "sizeof",
    "static",
    "struct",
    "template",
    "typename",
    "uint32_t",
    "uint64_t",
    "unnamed",
    "unsigned",
    "virtual",
    "void",
    "volatile",
];

/// A symbol with or without its arguments, and nothing else? A function may have a return type before it.
pub(super) fn is_symbol(text: &str) -> bool {
    let text = BEFORE.iter().find_map(|before| text.strip_prefix(before)).unwrap_or(text);
    let single_colon = text.replace("::", "").contains(':');
    let odd_dots = DOTS.replace_all(text, "").contains('.');
    if single_colon || odd_dots || DASHED.is_match(text) {
        return false;
    }
    let Some(arguments) = text.find('(') else { return !text.contains(char::is_whitespace) };
    // Within a template a function type has a blank there.
    let before_templates = text.split('<').next().unwrap_or_default();
    if pairs(&REMARK, before_templates).next().is_some() {
        return false;
    }
    let mut return_types = 0;
    for at in pairs(&IN_SYMBOL, text) {
        if at < arguments || depth(text, at) == 0 {
            return_types += 1;
        } else {
            return false;
        }
    }
    return_types <= 1
}

/// How many brackets are open at `at`.
fn depth(text: &str, at: usize) -> i64 {
    let head = text.as_bytes().get(..at).unwrap_or_default();
    head.iter().map(|byte| i64::from(*byte == b'(') - i64::from(*byte == b')')).sum()
}

/// An expression with what stands in quotes cut out, unless it is one word. `None`: it is a sentence.
pub(super) fn expression(text: &str, cut: &str) -> Option<String> {
    let shown = QUOTED.replace_all(text, |quoted: &regex_lite::Captures<'_>| {
        let quoted = quoted.get(0).map_or("", |quoted| quoted.as_str());
        if ONE_WORD.is_match(quoted) { quoted.to_owned() } else { format!("\"{cut}\"") }
    });
    let code = QUOTED.replace_all(text, "\"\"");
    let has_words = |form| pairs(form, &code).next().is_some();
    let is_sentence = has_words(&IN_EXPRESSION) || has_words(&REMARK) || code.matches('"').count() % 2 == 1;
    // A colon of `a ? b : c` has blanks on both sides.
    let titled = code.replace("::", "").replace(" : ", "").contains(':');
    let odd = is_sentence || titled || DASHED.is_match(&code) || DOTTED.is_match(&code);
    (!odd).then(|| shown.into_owned())
}

/// Where two words stand beside each other, neither of which is the language's.
fn pairs<'a>(form: &'a Regex, text: &'a str) -> impl Iterator<Item = usize> {
    let inner = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let found = form.find(text.get(from..)?)?;
            let (start, end) = (from + found.start(), from + found.end());
            // The second word of one pair may be the first of the next.
            from = end - 1;
            let left = text.get(..=start)?;
            let left = left.rsplit(|char| !inner(char)).next()?;
            let right = text.get(end - 1..)?.split(|char| !inner(char)).next()?;
            if !KEYWORDS.contains(&left) && !KEYWORDS.contains(&right) {
                return Some(start);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_compilers_are_symbols() {
        for text in [
            "main",
            "ceph::__ceph_assert_fail(char const*, char const*, int, char const*)",
            "std::_Function_handler<void (int), Foo::bar()::{lambda(int)#1}>::_M_invoke(std::_Any_data const&, int&&)",
            "OSD::ms_dispatch(Message*) [clone .cold]",
            "foo(int) [clone .constprop.0]",
            "(anonymous namespace)::f(unsigned long long)",
            "operator new(unsigned long)",
            "Foo::operator()(int) const",
            "Foo::operator==(Foo const&) const",
            "Foo::operator bool() const",
            "non-virtual thunk to Foo::~Foo()",
            "void std::__push_heap<int*, long>(int*, long)",
            "std::function<void (int)> ns::make(std::map<int, Bar<unsigned long> > const&)",
            "int ceph::common::CephContext::_do_command(std::string_view, const cmdmap_t&, ceph::Formatter*)",
            "virtual void KernelDevice::_aio_thread()",
            "Bar<(char)97, -1>::f(...)",
        ] {
            assert!(is_symbol(text), "{text}");
        }
    }

    #[test]
    fn sentences_are_not() {
        for text in [
            "error opening pool images(1)",
            "assert_x (pool images image vm7 on node7)",
            "f(images on node7)",
            "pool images",
            "images (vm7)",
            "socket.gaierror: (realm.example.com)",
            "f(realm.example.com)",
            "f(my-pool)",
            "f(): images",
        ] {
            assert!(!is_symbol(text), "{text}");
        }
    }

    #[test]
    fn an_expression_keeps_one_word_of_what_is_quoted() {
        let cut = "<cut>";
        for text in [
            "!(command == \"assert\" && _conf->debug_asok_assert_abort)",
            "r == 0",
            "p != pools.end() && p->second.is_valid()",
            "x ? a : b",
            "sizeof(unsigned long) == 8",
            "\"\"",
        ] {
            assert_eq!(expression(text, cut).as_deref(), Some(text));
        }
        assert_eq!(expression("0 == \"pool images is full\"", cut).as_deref(), Some("0 == \"<cut>\""));
        for text in [
            "pool images is full",
            "a \"b",
            "images (vm7)",
            "pool: images",
            "my-pool",
            "node7.example.com",
            "(a.b.c)",
        ] {
            assert_eq!(expression(text, cut), None, "{text}");
        }
    }

    #[test]
    fn no_text_takes_long_or_panics() {
        for text in
            ["a b ".repeat(4096), "(".repeat(16 << 10), "\"".repeat(16 << 10), "a\u{e9} \u{e9}".repeat(3000)]
        {
            _ = (is_symbol(&text), expression(&text, "<cut>"));
        }
    }
}
