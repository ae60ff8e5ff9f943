//! Locates or downloads ONNX Runtime, loads it and runs networks. The only file that uses `ort`.
//!
//! The library is not part of the build: a build script that downloads would break offline builds, and there is no
//! system package. So [`Runtime::open`] looks for it when the program starts, and downloads a pinned, hash-checked copy
//! from a package registry if there is none (`fetch.rs`).
//!
//! `ort` panics when any of its functions is called before a library is loaded, even the one that creates an error
//! value. So nothing but `init_from` is called until it has succeeded; a [`Runtime`] is the proof that it has.

use std::borrow::Cow;
use std::cell::Cell;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::ep::CPU;
use ort::logging::LogLevel;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::TensorRef;

use super::install::{FetchFault, FetchNews, FetchWatch};
use super::side_by_side::side_by_side;
use super::{Attempt, InferenceError, RuntimeError, fetch, locate};
use crate::app_dirs::Paths;

/// A process can have only one runtime: the first to be loaded.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// The loaded ONNX Runtime library. Clones share it.
#[derive(Clone, Debug)]
pub struct Runtime {
    environment: Environment,
    library: PathBuf,
    loads_in_turn: bool,
}

impl Runtime {
    /// The same runtime, which loads the networks one after the other: later where there are two processors, but with less memory
    /// at the peak, as ONNX Runtime needs twice what it keeps of a network while it loads it.
    #[must_use]
    pub fn loading_in_turn(self) -> Self {
        Self { loads_in_turn: true, ..self }
    }

    /// Loads two networks, or two groups of them: side by side unless [`Runtime::loading_in_turn`] says otherwise.
    pub(crate) fn load_both<A, B: Send>(&self, first: impl FnOnce() -> A, second: impl Fn() -> B + Sync) -> (A, B) {
        if self.loads_in_turn { (first(), second()) } else { side_by_side(first, second) }
    }

    /// Finds the library (`explicit`, else `ORT_DYLIB_PATH`, else beside the executable, else in the cache) or
    /// downloads it into the cache, and loads it. `report` receives progress lines during the download.
    ///
    /// A second call in the same process returns the runtime of the first, regardless of `explicit`.
    ///
    /// # Errors
    /// If the named library cannot be used, or if none was named, none was found and none could be downloaded.
    pub fn open(explicit: Option<&Path>, paths: &Paths, report: &mut dyn FnMut(&str)) -> Result<Self, RuntimeError> {
        Self::open_unless(explicit, paths, &mut |news| report(&news.to_string()), &|| false)
    }

    /// Like [`Runtime::open`], but a download ends, and leaves nothing, once `is_stopped` says so.
    ///
    /// # Errors
    /// As [`Runtime::open`]; [`RuntimeError::Stopped`].
    pub fn open_unless(
        explicit: Option<&Path>,
        paths: &Paths,
        report: &mut dyn FnMut(&FetchNews),
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Self, RuntimeError> {
        let mut loaded = loaded();
        if let Some(runtime) = &*loaded {
            return Ok(runtime.clone());
        }
        let runtime = match named(explicit) {
            Some(path) => load_named(&path)?,
            None => load_found_or_fetched(&paths.cache, &mut FetchWatch { report, is_stopped })?,
        };
        Ok(loaded.insert(runtime).clone())
    }

    /// Like [`Runtime::open`], but never downloads: returns `None` if the library is not installed yet.
    ///
    /// # Errors
    /// If the named library cannot be used.
    pub fn find(explicit: Option<&Path>, paths: &Paths) -> Result<Option<Self>, RuntimeError> {
        let mut loaded = loaded();
        if loaded.is_none() {
            *loaded = match named(explicit) {
                Some(path) => Some(load_named(&path)?),
                None => load_found(&paths.cache, &mut Vec::new())?,
            };
        }
        Ok(loaded.clone())
    }

    /// Releases the process's runtime. Call it last, after everything that uses networks is dropped. On a Mac the
    /// library otherwise aborts the process on exit (microsoft/onnxruntime#24579). It cannot be opened again.
    pub fn close() {
        loaded().take();
    }

    /// The file that was loaded.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// The library's version according to its name, otherwise the commit it was built from.
    pub fn version(&self) -> String {
        locate::version(&self.library).unwrap_or_else(|| {
            let commit = ort::info().split(", ").find_map(|part| part.strip_prefix("git-commit-id="));
            commit.map_or_else(|| "unknown".to_owned(), |commit| format!("of commit {commit}"))
        })
    }

    /// Creates a network from the bytes of an ONNX file. It runs on the calling thread: a second thread gained nothing
    /// while the machine was busy, and spinning threads slowed the window.
    ///
    /// # Errors
    /// [`InferenceError::ModelRefused`] if ONNX Runtime does not accept it.
    pub fn network(&self, name: &'static str, model: &[u8]) -> Result<Network, InferenceError> {
        let session = self.builder().and_then(|mut builder| builder.commit_from_memory(model));
        let session = session.map_err(|error| InferenceError::ModelRefused { name, reason: error.to_string() })?;
        Ok(Network { name, session })
    }

    /// Without ONNX Runtime's arena, which takes memory in powers of two, for each network its own, and never gives it back, and
    /// without its pattern, one block for all that a run needs: what lies between two layers is taken and given back with them.
    fn builder(&self) -> ort::Result<SessionBuilder> {
        Ok(Session::builder(&self.environment)?
            .with_execution_providers([CPU::default().with_arena_allocator(false).build()])?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_memory_pattern(false)?
            .with_intra_threads(1)?
            .with_intra_op_spinning(false)?
            .with_log_level(LogLevel::Warning)?)
    }
}

fn loaded() -> MutexGuard<'static, Option<Runtime>> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loads the library that the user named, by its file or its folder, and no other.
fn load_named(path: &Path) -> Result<Runtime, RuntimeError> {
    let file = if path.is_dir() { locate::in_folder(path) } else { Some(path.to_owned()) };
    let refused = |reason: String| RuntimeError::Explicit { path: path.to_owned(), reason };
    let file = file.ok_or_else(|| refused("the folder holds no ONNX Runtime library".to_owned()))?;
    if !file.exists() {
        return Err(refused("there is no such file".to_owned()));
    }
    match load(&file)? {
        LoadOutcome::Loaded(runtime) => Ok(runtime),
        LoadOutcome::Refused(reason) => Err(refused(reason)),
    }
}

/// The library that the user named, on the command line or in the environment.
fn named(explicit: Option<&Path>) -> Option<PathBuf> {
    let variable = || env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    explicit.map(Path::to_owned).or_else(variable)
}

/// Loads the first usable library beside the executable or in the cache; `attempts` receives the unusable ones.
fn load_found(cache: &Path, attempts: &mut Vec<Attempt>) -> Result<Option<Runtime>, RuntimeError> {
    let in_cache = locate::in_folder(&locate::cache_folder(cache));
    for file in [locate::beside_executable(), in_cache].into_iter().flatten() {
        match load(&file)? {
            LoadOutcome::Loaded(runtime) => return Ok(Some(runtime)),
            LoadOutcome::Refused(reason) => attempts.push(Attempt::new(file.display().to_string(), reason)),
        }
    }
    Ok(None)
}

/// Loads an existing library, or downloads one if none is usable.
fn load_found_or_fetched(cache: &Path, watch: &mut FetchWatch) -> Result<Runtime, RuntimeError> {
    let mut attempts = Vec::new();
    if let Some(runtime) = load_found(cache, &mut attempts)? {
        return Ok(runtime);
    }
    let broken = attempts.iter().any(|attempt| Path::new(&attempt.tried).starts_with(cache));
    match fetch::fetch(cache, broken, &fetch::PackageManagers::default(), watch) {
        Ok(file) => match load(&file)? {
            LoadOutcome::Loaded(runtime) => return Ok(runtime),
            LoadOutcome::Refused(reason) => attempts.push(Attempt::new(file.display().to_string(), reason)),
        },
        Err(FetchFault::Stopped) => return Err(RuntimeError::Stopped),
        Err(FetchFault::Failed(failed)) => attempts.extend(failed),
    }
    Err(RuntimeError::NotFound(attempts))
}

/// What came of loading one library.
enum LoadOutcome {
    Loaded(Runtime),
    /// This file does not serve, for this reason; another may.
    Refused(String),
}

/// Loads a library.
fn load(file: &Path) -> Result<LoadOutcome, RuntimeError> {
    // `ort` would resolve a relative path against the executable's folder first.
    let library = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    // The system would wait for a pipe.
    if !library.is_file() {
        return Ok(LoadOutcome::Refused("it is not a file".to_owned()));
    }
    if locate::is_truncated(&library) {
        return Ok(LoadOutcome::Refused("the file is cut short".to_owned()));
    }
    let builder = match ort::init_from(&library) {
        Ok(builder) => builder,
        Err(error) => return Ok(LoadOutcome::Refused(describe(&error))),
    };
    match builder.with_name("bendwise").with_telemetry(false).build() {
        Ok(environment) => {
            // It logs through `tracing`, thousands of lines at the more detailed levels.
            environment.set_log_level(LogLevel::Warning);
            Ok(LoadOutcome::Loaded(Runtime { environment, library, loads_in_turn: false }))
        }
        Err(error) => Err(RuntimeError::Start { path: library, reason: error.to_string() }),
    }
}

/// Describes why a library does not load. The system's own reason is the source of the error.
fn describe(error: &LoadDynamicError) -> String {
    match error {
        LoadDynamicError::Dlopen { error, path } => {
            let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
            // glibc says this also for a library for another processor.
            let misleading = reason.contains("No such file") && path.exists();
            let hint = if misleading { "; it is made for another processor, or lacks a library it needs" } else { "" };
            format!("the system cannot load it ({reason}{hint})")
        }
        LoadDynamicError::MissingApi { .. } => "it is a library, but not ONNX Runtime".to_owned(),
        LoadDynamicError::InvalidVersionString => "it does not report its version".to_owned(),
        LoadDynamicError::BadVersion { version_str, .. } => {
            format!("it is version {version_str}, and 1.{} or newer is needed", ort::MINOR_VERSION)
        }
    }
}

thread_local! {
    /// The time that networks ran on this thread.
    static INFERENCE_TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The time spent inside ONNX Runtime on this thread since the last call.
pub fn take_inference_time() -> Duration {
    INFERENCE_TIME.take()
}

/// A loaded network.
#[derive(Debug)]
pub struct Network {
    name: &'static str,
    session: Session,
}

impl Network {
    /// Runs the network on a picture of `side` × `side` pixels: planes red, green, blue, each in row-major order.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] if ONNX Runtime fails, or if `picture` does not have 3 · `side`² values.
    pub fn run(&mut self, side: usize, picture: &[f32]) -> Result<NetworkOutputs<'_>, InferenceError> {
        let name = self.name;
        let failed = |error: ort::Error| InferenceError::RunFailed { name, reason: error.to_string() };
        let input = TensorRef::from_array_view(([1, 3, side, side], picture)).map_err(failed)?;
        let began = Instant::now();
        let outputs = self.session.run(ort::inputs![input]).map_err(failed)?;
        INFERENCE_TIME.set(INFERENCE_TIME.get() + began.elapsed());
        Ok(NetworkOutputs { name, outputs })
    }

    /// Runs the network on named rows of numbers, each an input of shape 1 × its length.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] if ONNX Runtime fails.
    pub fn run_rows<const COUNT: usize>(
        &mut self,
        rows: &[(&'static str, &[f32]); COUNT],
    ) -> Result<NetworkOutputs<'_>, InferenceError> {
        let name = self.name;
        let failed = |error: ort::Error| InferenceError::RunFailed { name, reason: error.to_string() };
        let mut inputs: Vec<(Cow<'static, str>, SessionInputValue<'_>)> = Vec::with_capacity(COUNT);
        for (input, row) in rows {
            inputs.push(((*input).into(), TensorRef::from_array_view(([1, row.len()], *row)).map_err(failed)?.into()));
        }
        let began = Instant::now();
        let outputs = self.session.run(inputs).map_err(failed)?;
        INFERENCE_TIME.set(INFERENCE_TIME.get() + began.elapsed());
        Ok(NetworkOutputs { name, outputs })
    }
}

/// The outputs of a network, by name.
#[derive(Debug)]
pub struct NetworkOutputs<'a> {
    name: &'static str,
    outputs: SessionOutputs<'a>,
}

impl NetworkOutputs<'_> {
    /// The `COUNT` numbers of an output, last dimension fastest.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] if there is no such output or it does not have `COUNT` numbers.
    pub fn values<const COUNT: usize>(&self, output: &str) -> Result<&[f32; COUNT], InferenceError> {
        let failed = |reason: String| InferenceError::RunFailed { name: self.name, reason };
        let value = self.outputs.get(output).ok_or_else(|| failed(format!("it has no output {output}")))?;
        let (_, values) = value.try_extract_tensor::<f32>().map_err(|error| failed(error.to_string()))?;
        let count = values.len();
        values.try_into().map_err(|_| failed(format!("its output {output} has {count} values instead of {COUNT}")))
    }
}

/// Whether a network said something with these numbers: one that is infinite or not a number says nothing, and would
/// stay in every filter that it once entered. Whoever takes numbers out of a network asks this first.
pub fn are_finite(numbers: &[f32]) -> bool {
    // To the end, as vectors: there are hundreds of thousands in each frame, and one that is not finite is rare.
    numbers.iter().fold(true, |finite, number| finite & number.is_finite())
}
