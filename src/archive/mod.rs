//! An archive: the kept sessions of a store as Parquet in Hive layout, for DuckDB, Polars and Spark. It is brought up to date
//! run by run, and never holds more than a group of rows in memory.
//!
//! What makes it safe to be killed at any time: each file is written whole or not at all, the file of a session in the table of
//! sessions comes last, and what is there is read from the files themselves. [`folder`] has the layout, [`schema`] the columns,
//! `docs/archive.md` the guarantees.

mod bundles;
mod cohort;
mod dataset;
mod due_session;
mod error;
mod folder;
mod inventory;
mod month;
mod person_facts;
mod run;
mod schema;
mod session_rows;
mod session_source;
mod table_file;
mod tombstones;

pub use cohort::{
    ChangeCounts, Cohort, CohortGrouping, CohortOptions, CohortPractice, CohortRow, CohortValue, LAGS_AFTER, LagReason,
    PersonChange, write_csv,
};
pub use error::ArchiveError;
pub use run::{ArchiveOptions, ArchiveOutcome, UnreadableSession, archive};
pub use schema::{ArchiveTable, SCHEMA_VERSION};
