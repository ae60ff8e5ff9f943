//! ONNX Runtime: found, or fetched once, then loaded. The only file that knows `ort`; its neighbours find and fetch.
//!
//! The library is no part of the build: a build script that downloads would break offline builds, and no system package
//! exists. So [`Runtime::open`] looks for it when the program starts, and fetches a pinned, hash-checked copy from a
//! package registry when it is nowhere (`fetch.rs`).
//!
//! `ort` panics when any of its functions is called before a library is loaded, even the one that makes an error value.
//! So the order here matters: nothing of `ort` is touched but `init_from` until that has succeeded, and a [`Runtime`]
//! is the proof that it has.

use std::borrow::Cow;
use std::cell::Cell;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::TensorRef;

use super::{Attempt, InferenceError, RuntimeError, fetch, locate};
use crate::app_dirs::Paths;

/// A process can have one runtime: the first to be loaded.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// The loaded ONNX Runtime library. Clones are the same runtime.
#[derive(Clone, Debug)]
pub struct Runtime {
    environment: Environment,
    library: PathBuf,
}

impl Runtime {
    /// Finds the library (`explicit`, else `ORT_DYLIB_PATH`, else beside the executable, else in the cache) or fetches it
    /// into the cache, and loads it. `say` gets lines to show while it fetches.
    ///
    /// A second call in the same process gives the runtime of the first, whatever `explicit` says.
    ///
    /// # Errors
    /// When the library that was named does not serve; when none was named, none was found and none could be fetched.
    pub fn open(explicit: Option<&Path>, paths: &Paths, say: &mut dyn FnMut(&str)) -> Result<Self, RuntimeError> {
        let mut loaded = loaded();
        if let Some(runtime) = &*loaded {
            return Ok(runtime.clone());
        }
        let runtime = match named(explicit) {
            Some(path) => load_named(&path)?,
            None => load_found_or_fetched(&paths.cache, say)?,
        };
        Ok(loaded.insert(runtime).clone())
    }

    /// As [`Runtime::open`], but fetches nothing: `None` when the library is not here yet.
    ///
    /// # Errors
    /// When the library that was named does not serve.
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

    /// Lets go of the process's runtime; call it last, after all that uses networks is dropped. On a Mac the library
    /// otherwise aborts the process while it exits (microsoft/onnxruntime#24579). It cannot be opened again.
    pub fn close() {
        loaded().take();
    }

    /// The file that was loaded.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// The library's version as its name tells, else the commit it was built from.
    pub fn version(&self) -> String {
        locate::version(&self.library).unwrap_or_else(|| {
            let commit = ort::info().split(", ").find_map(|part| part.strip_prefix("git-commit-id="));
            commit.map_or_else(|| "unknown".to_owned(), |commit| format!("of commit {commit}"))
        })
    }

    /// Makes a network of the bytes of an ONNX file. It runs in the calling thread: a second one gained nothing while
    /// other work was on the machine, and spinning threads cost the window its time.
    ///
    /// # Errors
    /// [`InferenceError::ModelRefused`] when ONNX Runtime does not accept it.
    pub fn network(&self, name: &'static str, model: &[u8]) -> Result<Network, InferenceError> {
        let session = self.builder().and_then(|mut builder| builder.commit_from_memory(model));
        let session = session.map_err(|error| InferenceError::ModelRefused { name, reason: error.to_string() })?;
        Ok(Network { name, session })
    }

    fn builder(&self) -> ort::Result<SessionBuilder> {
        Ok(Session::builder(&self.environment)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_intra_threads(1)?
            .with_intra_op_spinning(false)?
            .with_log_level(LogLevel::Warning)?)
    }
}

fn loaded() -> MutexGuard<'static, Option<Runtime>> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loads the library a person named, a file or the folder it lies in, and no other.
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

/// The library that the person names, on the command line or by the environment.
fn named(explicit: Option<&Path>) -> Option<PathBuf> {
    let variable = || env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    explicit.map(Path::to_owned).or_else(variable)
}

/// Loads the first library that serves of those that lie about; `attempts` gets those that do not.
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

/// Loads a library that lies about; fetches one if none serves.
fn load_found_or_fetched(cache: &Path, say: &mut dyn FnMut(&str)) -> Result<Runtime, RuntimeError> {
    let mut attempts = Vec::new();
    if let Some(runtime) = load_found(cache, &mut attempts)? {
        return Ok(runtime);
    }
    let broken = attempts.iter().any(|attempt| Path::new(&attempt.tried).starts_with(cache));
    match fetch::fetch(cache, broken, &fetch::PackageManagers::default(), say) {
        Ok(file) => match load(&file)? {
            LoadOutcome::Loaded(runtime) => return Ok(runtime),
            LoadOutcome::Refused(reason) => attempts.push(Attempt::new(file.display().to_string(), reason)),
        },
        Err(ways) => attempts.extend(ways),
    }
    Err(RuntimeError::Nowhere(attempts))
}

/// What came of loading one library.
enum LoadOutcome {
    Loaded(Runtime),
    /// This file does not serve, for this reason; another may.
    Refused(String),
}

/// Loads a library.
fn load(file: &Path) -> Result<LoadOutcome, RuntimeError> {
    // `ort` would look for a relative path beside the executable first.
    let library = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    if locate::is_cut_short(&library) {
        return Ok(LoadOutcome::Refused("the file is cut short".to_owned()));
    }
    let builder = match ort::init_from(&library) {
        Ok(builder) => builder,
        Err(error) => return Ok(LoadOutcome::Refused(in_words(&error))),
    };
    match builder.with_name("bendwise").with_telemetry(false).build() {
        Ok(environment) => {
            // It logs through `tracing`; what it does in detail, thousands of lines, is nobody's concern here.
            environment.set_log_level(LogLevel::Warning);
            Ok(LoadOutcome::Loaded(Runtime { environment, library }))
        }
        Err(error) => Err(RuntimeError::Start { path: library, reason: error.to_string() }),
    }
}

/// Why a library does not load. The system's own reason hides in the source of the source.
fn in_words(error: &LoadDynamicError) -> String {
    match error {
        LoadDynamicError::Dlopen { error, path } => {
            let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
            // What glibc says of a library for another processor, too.
            let misleading = reason.contains("No such file") && path.exists();
            let hint = if misleading { "; it is made for another processor, or lacks a library it needs" } else { "" };
            format!("the system cannot load it ({reason}{hint})")
        }
        LoadDynamicError::MissingApi { .. } => "it is a library, but not ONNX Runtime".to_owned(),
        LoadDynamicError::InvalidVersionString => "it does not tell its version".to_owned(),
        LoadDynamicError::BadVersion { version_str, .. } => {
            format!("it is version {version_str}, and 1.{} or newer is needed", ort::MINOR_VERSION)
        }
    }
}

thread_local! {
    /// How long this thread's networks were at work.
    static AT_WORK: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// How long the networks that this thread runs were at work since this was last asked: what is in ONNX Runtime's hands,
/// not ours.
pub fn time_at_work() -> Duration {
    AT_WORK.take()
}

/// A network.
#[derive(Debug)]
pub struct Network {
    name: &'static str,
    session: Session,
}

impl Network {
    /// Runs the network on a picture of `side` × `side` pixels: planes red, green, blue, each row first.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] when ONNX Runtime says so, or when `picture` has not 3 · `side`² values.
    pub fn run(&mut self, side: usize, picture: &[f32]) -> Result<NetworkOutputs<'_>, InferenceError> {
        let name = self.name;
        let failed = |error: ort::Error| InferenceError::RunFailed { name, reason: error.to_string() };
        let input = TensorRef::from_array_view(([1, 3, side, side], picture)).map_err(failed)?;
        let began = Instant::now();
        let outputs = self.session.run(ort::inputs![input]).map_err(failed)?;
        AT_WORK.set(AT_WORK.get() + began.elapsed());
        Ok(NetworkOutputs { name, outputs })
    }

    /// Runs the network on named rows of numbers, each an input of shape 1 × its length.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] when ONNX Runtime says so.
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
        AT_WORK.set(AT_WORK.get() + began.elapsed());
        Ok(NetworkOutputs { name, outputs })
    }
}

/// What a network made of its input, by name.
#[derive(Debug)]
pub struct NetworkOutputs<'a> {
    name: &'static str,
    outputs: SessionOutputs<'a>,
}

impl NetworkOutputs<'_> {
    /// The `COUNT` numbers of an output, last dimension fastest.
    ///
    /// # Errors
    /// [`InferenceError::RunFailed`] when there is no such output or it has not `COUNT` numbers.
    pub fn values<const COUNT: usize>(&self, output: &str) -> Result<&[f32; COUNT], InferenceError> {
        let failed = |reason: String| InferenceError::RunFailed { name: self.name, reason };
        let value = self.outputs.get(output).ok_or_else(|| failed(format!("it has no output {output}")))?;
        let (_, values) = value.try_extract_tensor::<f32>().map_err(|error| failed(error.to_string()))?;
        let count = values.len();
        values.try_into().map_err(|_| failed(format!("its output {output} has {count} values instead of {COUNT}")))
    }
}
