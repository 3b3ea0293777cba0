//! The arguments of `stone smartctl`, from whoever calls it.

/// Arguments, one on each line.
pub fn arguments(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let arguments: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let wrong = stone_smart::cli::understood(&arguments);
    // A call that is wrong says why, in words of its own and not longer than the call.
    assert!(wrong.iter().all(|message| !message.is_empty() && message.len() < 1024 + bytes.len()));
    // Whatever else is said, nothing that changes a drive is understood.
    let mut change = vec!["-t".to_owned(), "short".to_owned()];
    change.extend(arguments);
    assert!(!stone_smart::cli::understood(&change).is_empty());
}
