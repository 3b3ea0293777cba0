//! The policy compiled: one node for each step of a path, found by (node, key) without hashing or allocation.

use std::sync::LazyLock;

use super::keys::Keys;
use super::order::{Order, Place};
use super::row::{List, PolicyRow, Row, Rule, Why};
use super::written::Written;
use super::{table, vocabulary};

/// The compiled policy.
#[derive(Debug)]
pub(in crate::anonymise) struct Policy {
    nodes: Vec<Node>,
    /// From here on: nodes for what stands below an identifier, where the policy expects nothing.
    foreign: usize,
    /// The fixed keys of all nodes.
    keys: Keys,
    order: Order,
    rows: Vec<PolicyRow>,
}

/// One step of a path, with what may follow it.
#[derive(Debug, Default)]
pub(in crate::anonymise) struct Node {
    /// Rules for a value that stands here, alternatives of each other.
    pub(in crate::anonymise) rules: Vec<Judge>,
    /// Members with a fixed key.
    pub(super) children: Vec<(&'static str, usize)>,
    /// Members whose key ends with a number: the key before it.
    pub(super) numbered: Vec<(&'static str, usize)>,
    /// Members whose key is made of words of the vocabulary.
    pub(super) words: Option<usize>,
    /// Items of an array.
    pub(super) items: Option<usize>,
    /// The fixed key that leads here.
    key: &'static str,
    /// The same as it is written.
    pub(in crate::anonymise) written: Written,
    /// Where that key leads: here.
    target: Target,
    /// Is there an identifier at or below this node?
    pub(in crate::anonymise) leads_to_identifier: bool,
    /// Is there nothing else?
    is_identifier: bool,
}

/// A rule with its exception.
#[derive(Debug, Clone, Copy)]
pub(in crate::anonymise) struct Judge {
    pub(in crate::anonymise) rule: Rule,
    pub(in crate::anonymise) unless: Option<(&'static str, &'static [&'static str])>,
    pub(in crate::anonymise) list: List,
}

/// A node that was found, and the key to write it with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::anonymise) struct Target {
    node: u32,
    sibling: Option<u16>,
}

impl Target {
    fn new(node: usize, sibling: Option<usize>) -> Self {
        // A table that is larger has no place in this program: its test would say so.
        let sibling = sibling.map(|sibling| u16::try_from(sibling).unwrap_or(u16::MAX));
        Self { node: u32::try_from(node).unwrap_or(u32::MAX), sibling }
    }

    /// The node.
    pub(in crate::anonymise) fn node(self) -> usize {
        self.node as usize
    }

    /// Which of the fixed keys there it has. `None`: it has none of them.
    pub(in crate::anonymise) fn sibling(self) -> Option<usize> {
        self.sibling.map(usize::from)
    }
}

impl Node {
    /// What is expected of a value here, or why none is sent; empty where only objects or arrays may stand.
    pub(in crate::anonymise) fn why(&self) -> String {
        let phrases: Vec<String> = self.rules.iter().map(|judge| judge.rule.words(judge.unless)).collect();
        phrases.join("; or ")
    }

    /// Does anybody look into an object here? An identifier may be taken apart in a way of its own.
    pub(in crate::anonymise) fn is_looked_into(&self) -> bool {
        self.leads_to_identifier || self.has_members()
    }

    /// May an object stand here?
    pub(in crate::anonymise) fn has_members(&self) -> bool {
        !self.children.is_empty() || !self.numbered.is_empty() || self.words.is_some()
    }
}

impl Policy {
    /// So deep what stands in the place of an identifier is looked into.
    const FOREIGN: usize = 4;

    /// The node of a whole record.
    pub(in crate::anonymise) const ROOT: usize = 0;

    /// The policy of this program, compiled at first use.
    pub(in crate::anonymise) fn get() -> &'static Self {
        static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::compile(&table::all()));
        &POLICY
    }

    /// The rows, sorted by path.
    pub(in crate::anonymise) fn rows(&self) -> &[PolicyRow] {
        &self.rows
    }

    /// The node with this number.
    pub(in crate::anonymise) fn node(&self, node: usize) -> &Node {
        &self.nodes[node]
    }

    /// Where `key` leads from the node of this number.
    pub(in crate::anonymise) fn member(&self, number: usize, key: &str) -> Option<Target> {
        if let Some(child) = self.keys.find(number, key.as_bytes()) {
            return Some(self.nodes[child].target);
        }
        let node = &self.nodes[number];
        if !node.numbered.is_empty()
            && let Some(prefix) = without_number(key)
            && let Some((_, child)) = node.numbered.iter().find(|(name, _)| *name == prefix)
        {
            return Some(Target::new(*child, None));
        }
        let child =
            node.words.filter(|_| vocabulary::is_key(key)).or_else(|| self.below_identifier(number))?;
        Some(Target::new(child, None))
    }

    /// Where anything leads that stands below an identifier: it may be one. `None`: `node` is none.
    fn below_identifier(&self, node: usize) -> Option<usize> {
        let next = self.foreign.max(node + 1);
        (self.nodes[node].is_identifier && next < self.nodes.len()).then_some(next)
    }

    /// Is it a node for what the policy does not expect below an identifier?
    pub(in crate::anonymise) fn is_foreign(&self, node: usize) -> bool {
        node >= self.foreign
    }

    /// Is it the last one of these, below which nothing is looked at?
    pub(in crate::anonymise) fn is_deepest(&self, node: usize) -> bool {
        node + 1 == self.nodes.len()
    }

    /// Where the items of an array at `node` lead that may be identifiers, or may be sent.
    pub(in crate::anonymise) fn items_to_see(&self, node: usize) -> Option<usize> {
        self.nodes[node].items.or_else(|| self.below_identifier(node))
    }

    /// The fixed key that was last seen at `place`, and where it leads.
    pub(in crate::anonymise) fn guess(&self, place: Place) -> Option<(&Written, &'static str, Target)> {
        let node = self.nodes.get(self.order.at(place))?;
        Some((&node.written, node.key, node.target))
    }

    /// A key that was not guessed stood at `place`.
    pub(in crate::anonymise) fn saw(&self, place: Place, target: Target) {
        self.order.saw(place, target.node());
    }

    /// Where the items of an array at `node` lead that may be sent.
    pub(in crate::anonymise) fn items(&self, node: usize) -> Option<usize> {
        self.nodes[node].items
    }

    fn compile(table: &[&'static [Row]]) -> Self {
        let mut policy = Self {
            nodes: vec![Node::default()],
            foreign: 0,
            keys: Keys::default(),
            order: Order::default(),
            rows: Vec::new(),
        };
        for row in table.iter().copied().flatten() {
            for path in expand(row.path) {
                policy.add(&path, row);
            }
        }
        policy.rows.sort_by(|a, b| a.path.cmp(&b.path));
        for (number, node) in policy.nodes.iter().enumerate() {
            node.children.iter().for_each(|(key, child)| policy.keys.add(number, key, *child));
        }
        policy.mark_identifiers(Self::ROOT);
        policy.foreign = policy.nodes.len();
        policy.nodes.extend((0..Self::FOREIGN).map(|_| Node {
            rules: vec![Judge { rule: Rule::Drop(Why::Identifier), unless: None, list: List::Any }],
            leads_to_identifier: true,
            is_identifier: true,
            ..Node::default()
        }));
        policy.order = Order::of(policy.nodes.len());
        policy
    }

    fn add(&mut self, path: &[&'static str], row: &Row) {
        let mut node = Self::ROOT;
        for step in path {
            let mut key = *step;
            let mut arrays = 0;
            while let Some(rest) = key.strip_suffix("[]") {
                (key, arrays) = (rest, arrays + 1);
            }
            node = self.child(node, key);
            for _ in 0..arrays {
                node = match self.nodes[node].items {
                    Some(items) => items,
                    None => {
                        let items = self.push();
                        *self.nodes[node].items.insert(items)
                    }
                };
            }
        }
        self.nodes[node].rules.push(Judge { rule: row.rule, unless: row.unless, list: row.list });
        self.rows.push(PolicyRow::new(&path.join("."), row));
    }

    fn child(&mut self, node: usize, key: &'static str) -> usize {
        let known = if key == "*" {
            self.nodes[node].words
        } else if let Some(prefix) = key.strip_suffix('N').filter(|prefix| prefix.ends_with('_')) {
            self.nodes[node].numbered.iter().find(|(name, _)| *name == prefix).map(|(_, child)| *child)
        } else {
            self.nodes[node].children.iter().find(|(name, _)| *name == key).map(|(_, child)| *child)
        };
        if let Some(child) = known {
            return child;
        }
        let child = self.push();
        if key == "*" {
            self.nodes[node].words = Some(child);
        } else if let Some(prefix) = key.strip_suffix('N').filter(|prefix| prefix.ends_with('_')) {
            self.nodes[node].numbered.push((prefix, child));
        } else {
            self.nodes[child].target = Target::new(child, Some(self.nodes[node].children.len()));
            self.nodes[child].key = key;
            self.nodes[child].written = Written::of(key);
            self.nodes[node].children.push((key, child));
        }
        child
    }

    fn push(&mut self) -> usize {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    fn mark_identifiers(&mut self, node: usize) -> bool {
        let below: Vec<usize> = {
            let node = &self.nodes[node];
            let named = node.children.iter().chain(&node.numbered).map(|(_, child)| *child);
            named.chain(node.words).chain(node.items).collect()
        };
        let names = |judge: &Judge| matches!(judge.rule, Rule::Drop(Why::Identifier));
        let mut leads = self.nodes[node].rules.iter().any(names);
        let mut only = self.nodes[node].rules.iter().all(names);
        for child in below {
            leads |= self.mark_identifiers(child);
            only &= self.nodes[child].is_identifier;
        }
        self.nodes[node].leads_to_identifier = leads;
        self.nodes[node].is_identifier = leads && only;
        leads
    }
}

/// The key before its number of one to three digits, which has no leading zero: `phy_12` gives `phy_`.
fn without_number(key: &str) -> Option<&str> {
    let prefix = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &key[prefix.len()..];
    let plain = matches!(digits.len(), 1..=3) && (digits == "0" || !digits.starts_with('0'));
    (plain && prefix.ends_with('_')).then_some(prefix)
}

/// The paths a row stands for, as steps: braces are written out.
fn expand(path: &'static str) -> Vec<Vec<&'static str>> {
    let mut paths: Vec<Vec<&'static str>> = vec![Vec::new()];
    for step in steps(path) {
        let choices: Vec<&'static str> = match step.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        {
            Some(inner) => inner.split(',').collect(),
            None => vec![step],
        };
        paths = paths
            .iter()
            .flat_map(|path| choices.iter().map(|choice| path.iter().copied().chain([*choice]).collect()))
            .collect();
    }
    paths
}

/// The steps of a path; a dot inside braces does not part them.
fn steps(path: &'static str) -> Vec<&'static str> {
    let (mut steps, mut depth, mut start) = (Vec::new(), 0, 0);
    for (index, byte) in path.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'.' if depth == 0 => {
                steps.push(&path[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    steps.push(&path[start..]);
    steps
}

#[cfg(test)]
mod tests {
    use super::super::row::{Class, count, flag};
    use super::*;

    #[test]
    fn a_path_is_found_by_its_keys() {
        const TABLE: &[Row] = &[flag("a.{b,c}.d"), count("list[].x"), count("port_N.phy_N.errors")];
        let policy = Policy::compile(&[TABLE]);
        let walk = |keys: &[&str]| {
            keys.iter().try_fold(Policy::ROOT, |node, key| match *key {
                "[]" => policy.items(node),
                key => policy.member(node, key).map(Target::node),
            })
        };
        assert!(walk(&["a", "b", "d"]).is_some() && walk(&["a", "c", "d"]).is_some());
        assert!(walk(&["list", "[]", "x"]).is_some() && walk(&["port_0", "phy_127", "errors"]).is_some());
        assert!(walk(&["a", "d"]).is_none() && walk(&["port_0", "phy_01"]).is_none());
        assert!(walk(&["port_1234"]).is_none() && walk(&["port_"]).is_none() && walk(&["port_N"]).is_none());
        let paths: Vec<&str> = policy.rows().iter().map(|row| row.path.as_str()).collect();
        assert_eq!(paths, ["a.b.d", "a.c.d", "list[].x", "port_N.phy_N.errors"]);
    }

    #[test]
    fn every_row_has_a_class_of_its_own() {
        let rows = Policy::get().rows();
        for pair in rows.windows(2) {
            let dropped = |row: &PolicyRow| row.class == Class::Dropped;
            assert!(pair[0] != pair[1], "twice in the table: {}", pair[0].path);
            assert!(
                pair[0].path != pair[1].path || !dropped(&pair[0]) && !dropped(&pair[1]),
                "{}",
                pair[0].path
            );
        }
        assert!(rows.iter().any(|row| row.class == Class::Pseudonym));
        assert!(rows.iter().any(|row| row.class == Class::Rounded));
    }
}
