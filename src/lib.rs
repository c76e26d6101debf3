//! relc: a compiler and linter for progressive releases on Kubernetes.
