//! Active Namespace ID list (CNS 02h), NVMe Base Specification 2.2.

use super::{CONTROLLER, Pages, Request};
use crate::decode::{DecodeError, Page};

const TITLE: &str = "Active Namespace ID list (CNS 02h)";

/// Asked for only where the controller's own node was opened and there may be more than one namespace.
/// Controllers that report no version (before NVMe 1.2) are not asked: 1.0 does not have it.
pub(super) const PAGE: Page<Pages> = Page {
    name: "active_namespaces",
    title: TITLE,
    requests: |pages| match (pages.opened_namespace, &pages.controller) {
        (None, Some(controller)) if controller.number_of_namespaces > 1 && controller.version.is_some() => {
            vec![Request::Identify { cns: 0x02, nsid: 0 }]
        }
        _ => Vec::new(),
    },
    decode: |_, answer, pages| {
        pages.active_namespaces = Some(decode(answer.data)?);
        Ok(())
    },
};

/// Namespace Identifiers in ascending order, up to 1,024, ended by a 0. An identifier that is not greater than the
/// one before ends the list too: nothing after it can be trusted.
fn decode(bytes: &[u8]) -> Result<Vec<u32>, DecodeError> {
    let (entries, _) = bytes.as_chunks::<4>();
    if entries.is_empty() {
        return Err(DecodeError::Short { page: TITLE, need: 4, got: bytes.len() });
    }
    let mut previous = 0;
    let identifiers = entries.iter().map(|entry| u32::from_le_bytes(*entry)).take_while(|&nsid| {
        let good = nsid > previous && nsid < CONTROLLER;
        previous = nsid;
        good
    });
    Ok(identifiers.take(1024).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(identifiers: &[u32]) -> Vec<u8> {
        identifiers.iter().flat_map(|nsid| nsid.to_le_bytes()).collect()
    }

    #[test]
    fn the_list_ends_at_zero_or_where_it_does_not_ascend() {
        assert_eq!(decode(&list(&[1, 2, 7, 0, 9])), Ok(vec![1, 2, 7]));
        assert_eq!(decode(&list(&[3, 3, 4])), Ok(vec![3]));
        assert_eq!(decode(&list(&[0])), Ok(vec![]));
        assert_eq!(decode(&[0xff; 4096]), Ok(vec![]));
        assert!(decode(&[1, 0, 0]).is_err());
    }
}
