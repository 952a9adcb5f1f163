#!/usr/bin/env bash
# Publishes; only the workflow knows where the repository lives, and npm compares a package's `repository` with its provenance.
set -euo pipefail
npm pkg set repository.type=git repository.url="git+https://github.com/$GITHUB_REPOSITORY.git" --workspaces
npm run release
