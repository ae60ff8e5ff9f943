//! Parameters of a C3D file: groups of named values.

/// The longest text, bytes: readers take its length for a signed byte.
const LONGEST_TEXT: usize = 127;

/// The value of a parameter.
pub(super) enum Value<'v> {
    /// A whole number.
    Word(u16),
    /// Whole numbers.
    Words(&'v [u16]),
    /// A number.
    Float(f32),
    /// Rows of two.
    Pairs(&'v [[f32; 2]]),
    /// Flags.
    Bytes(&'v [u8]),
    /// Texts, each cut to [`LONGEST_TEXT`].
    Texts(&'v [&'v str]),
}

/// Appends a group with its parameters.
pub(super) fn group(bytes: &mut Vec<u8>, number: i8, name: &str, parameters: &[(&str, Value)]) {
    begin(bytes, -number, name, 1);
    bytes.push(0); // no description
    for (name, value) in parameters {
        let content = value.bytes();
        begin(bytes, number, name, content.len() + 1);
        bytes.extend(content);
        bytes.push(0);
    }
}

/// The header of a group or parameter: its name, its group, and the offset to the next.
fn begin(bytes: &mut Vec<u8>, group: i8, name: &str, content: usize) {
    bytes.extend([name.len() as u8, group.cast_unsigned()]);
    bytes.extend(name.bytes());
    bytes.extend((content as u16 + 2).to_le_bytes());
}

impl Value<'_> {
    /// Type, dimensions and data.
    fn bytes(&self) -> Vec<u8> {
        let words = |words: &[u16]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
        match self {
            Self::Word(word) => [vec![2, 0], words(&[*word])].concat(),
            Self::Words(several) => [vec![2, 1, several.len() as u8], words(several)].concat(),
            Self::Pairs(pairs) => {
                let numbers = pairs.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
                [vec![4, 2, 2, pairs.len() as u8], numbers].concat()
            }
            Self::Bytes(bytes) => [vec![1, 1, bytes.len() as u8], bytes.to_vec()].concat(),
            Self::Float(number) => [vec![4, 0], number.to_le_bytes().to_vec()].concat(),
            Self::Texts(texts) => {
                let width = texts.iter().map(|text| text.len()).max().unwrap_or(0).clamp(1, LONGEST_TEXT);
                let mut bytes = vec![(-1i8).cast_unsigned(), 2, width as u8, texts.len() as u8];
                for text in *texts {
                    bytes.extend(text.bytes().chain(std::iter::repeat(b' ')).take(width));
                }
                bytes
            }
        }
    }
}
