//! The codes of our own, as a resource that says what they mean; `docs/fhir-codesystem.json` is the same.

use super::codes::{CodeEntry, System, TABLE};
use super::identity::uuid;
use super::resource::{FhirCodeSystem, FhirConceptDefinition, FhirProperty, FhirPropertyDefinition};

/// The version of the code system: it rises with each change of a code or its meaning.
const VERSION: &str = "4";

/// The property that says in which unit a number with a code is.
const UNIT: &str = "unit";

/// The code system.
pub(super) fn code_system() -> FhirCodeSystem {
    let concepts: Vec<_> = TABLE.iter().filter(|code| code.system == System::Own).map(defined).collect();
    FhirCodeSystem {
        id: uuid(&["code system", VERSION]),
        url: System::Own.uri(),
        version: VERSION,
        name: "BendwiseCodes",
        title: "Codes of bendwise",
        status: "active",
        experimental: false,
        description: "What bendwise measures of bends in the pictures of one camera, and what persons say. \
                      METHOD.md of bendwise has every formula and error",
        case_sensitive: true,
        content: "complete",
        count: concepts.len(),
        property: vec![FhirPropertyDefinition {
            code: UNIT,
            description: "The unit, in UCUM, of a number with this code",
            kind: "string",
        }],
        concept: concepts,
    }
}

fn defined(code: &CodeEntry) -> FhirConceptDefinition {
    let unit = code.unit.ucum().map(|unit| FhirProperty { code: UNIT, value_string: unit });
    FhirConceptDefinition {
        code: code.code,
        display: code.display,
        definition: code.about,
        property: unit.into_iter().collect(),
    }
}
