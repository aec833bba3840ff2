"""The async shell round the kernel: commit first, then send; restart where it was."""
