//! The only door to the outside: an allow-list over the key paths of a record, and keyed pseudonyms.
