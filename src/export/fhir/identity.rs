//! Ids of resources: the same for the same thing, in whatever bundle and however often it is exported.

use sha2::{Digest, Sha256};

use super::resource::FhirReference;

/// What ids are computed from besides the parts, so that they are like no other program's.
const NAMESPACE: &str = "bendwise fhir";

/// A UUID computed from these parts: version 8 of RFC 9562, the SHA-256 of a name (its appendix B.2).
pub(super) fn uuid(parts: &[&str]) -> String {
    let name = [NAMESPACE].iter().chain(parts).map(|part| format!("{}:{part}", part.len())).collect::<String>();
    let mut bytes: [u8; 16] = std::array::from_fn(|at| Sha256::digest(&name)[at]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// How an entry of a bundle, and a reference to it, names a resource with this id.
pub(super) fn url(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// A reference to the resource with this id.
pub(super) fn reference(id: &str) -> FhirReference {
    FhirReference { reference: url(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_have_the_same_id_and_no_others_have_it() {
        assert_eq!(uuid(&["session", "0123"]), uuid(&["session", "0123"]));
        assert_ne!(uuid(&["ab", "c"]), uuid(&["a", "bc"]));
        let id = uuid(&["session", "0123"]);
        assert_eq!((id.len(), &id[14..15]), (36, "8"), "{id}");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }
}
