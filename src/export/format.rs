//! The export formats of a stored session.

/// The form of an exported file. `bendwise export --help` tells of each what stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive] // the variants depend on the features
pub enum ExportFormat {
    /// A row a frame, as `bendwise analyze --samples` writes it
    Csv,
    /// The repetitions, as `bendwise analyze --summary` writes them
    Json,
    /// A row a frame, for archives of many sessions: DuckDB, Polars, Spark, pandas
    #[cfg(feature = "parquet")]
    Parquet,
    /// Joints and levels of the back as markers, metres, for OpenSim
    Trc,
    /// Angles of hips, knees and low back as a motion, for OpenSim
    Mot,
    /// Markers and angles, for programs of motion laboratories
    C3d,
    /// A bundle of FHIR R4 resources, for a clinic's record
    Fhir,
}

impl ExportFormat {
    /// Every format.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        let parquet = [
            #[cfg(feature = "parquet")]
            Self::Parquet,
        ];
        [Self::Csv, Self::Json, Self::Trc, Self::Mot, Self::C3d, Self::Fhir].into_iter().chain(parquet).collect()
    }

    /// Whether it contains joints and levels of the back, not only angles.
    pub fn has_markers(self) -> bool {
        matches!(self, Self::Trc | Self::C3d)
    }

    /// The file name extension.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Trc => "trc",
            Self::Mot => "mot",
            Self::C3d => "c3d",
            Self::Fhir => "fhir.json",
        }
    }
}
