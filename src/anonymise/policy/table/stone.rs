//! Rows for what smartctl cannot say: the outcome of each section, and the cost of reading.

use crate::anonymise::policy::row::{Row, Why, amount, byte, count, dropped, number, text, word};
use crate::anonymise::policy::text::Form;

static SOURCE: Form = Form::OneOf(&["native", "smartctl"]);
static OUTCOME: Form = Form::OneOf(&["ok", "unsupported", "failed", "timed_out", "malformed", "not_asked"]);

pub(super) const ROWS: &[Row] = &[
    number("stone.schema", "", 1, 0xffff),
    text("stone.source", &SOURCE),
    text("stone.sections.*.outcome", &OUTCOME),
    count("stone.commands"),
    count("stone.sections.*.commands"),
    amount("stone.bytes", "B"),
    amount("stone.sections.*.bytes", "B"),
    number("stone.duration_ms", "ms", 0, 86_400_000),
    byte("stone.sections.*.sense.{key,asc,ascq}"),
    word("stone.sections.*.status"),
    dropped("stone.sections.*.reason", Why::FreeText),
    dropped("stone.{daemons,by_id,by_path,host}", Why::Place),
];
