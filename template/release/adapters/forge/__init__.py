"""GitHub, GitLab and Gitea: their release pages, branches and pull requests."""
