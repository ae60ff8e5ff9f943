//! One file a subcommand: each puts rooms together and holds no arithmetic.
